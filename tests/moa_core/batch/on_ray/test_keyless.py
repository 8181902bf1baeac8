import pickle

from moa_core.batch.on_ray.keyless import keyless, with_own_secrets
from moa_core.settings import Settings

SECRETS = {
    "OPENAI_API_KEY": "sk-secret-1",
    "LAB_API_KEY": "sk-secret-2",
    "DATABASE_URL": "postgresql://me:secret-3@db/x",
    "HTTPS_PROXY": "http://me:secret-4@proxy:3128",
}


def test_what_is_sent_has_no_secret_and_a_worker_takes_its_own():
    settings = Settings.from_mapping(
        {**SECRETS, "POLYPHONY_ENDPOINTS": "lab=http://lab.test/v1"}
    )
    sent = keyless(settings)
    assert b"secret" not in pickle.dumps(sent)
    assert b"sk-secret-2" in pickle.dumps(settings)
    got = with_own_secrets(pickle.loads(pickle.dumps(sent)), SECRETS)
    assert (got.endpoints, got.network) == (settings.endpoints, settings.network)
    bare = with_own_secrets(sent, {})
    assert all(endpoint.api_key is None for endpoint in bare.endpoints)
