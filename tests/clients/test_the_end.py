"""The app ends cleanly while answers are being streamed. Comes last."""

import signal
import threading

from sqlalchemy import create_engine, text

from tests.support.api_client import question

STREAMS = 20
BEGUN_LINES = 6
"""From here on an answer is being streamed; it would take minutes to its end."""


def test_twenty_streams_end_and_are_recorded_when_the_app_is_told_to_end(served, api):
    begun, streams = threading.Semaphore(0), []

    def follow():
        seen = []

        def watch(line):
            seen.append(line)
            if len(seen) == BEGUN_LINES:
                begun.release()

        streams.append(api.stream(question("long"), watch))

    threads = [threading.Thread(target=follow) for _ in range(STREAMS)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert begun.acquire(timeout=120)
    process = served.app._process
    process.terminate()
    process.join(60)
    for thread in threads:
        thread.join(60)
    assert process.exitcode in (0, -signal.SIGTERM)
    assert [stream.done for stream in streams] == [True] * STREAMS
    assert {stream.data[-1]["error"]["code"] for stream in streams} == {"run_stopped"}
    uids = {stream.headers["x-polyphony-run"] for stream in streams}
    database = create_engine(f"sqlite:///{served.app.database}")
    with database.connect() as connection:
        rows = connection.execute(text("SELECT uid, status FROM runs")).all()
    database.dispose()
    assert {status for uid, status in rows if uid in uids} == {"stopped"}
    assert "Traceback" not in served.app.logged()


def test_no_key_is_kept_in_the_database_or_the_log(served):
    secret = served.key.encode()
    for file in served.app.database.parent.iterdir():
        if file.is_file():
            assert secret not in file.read_bytes(), file
