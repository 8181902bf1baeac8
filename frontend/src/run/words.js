// Says what has no figures in it, and writes clocks that run; all else is worded by the server.

/** `6 s`, `3 min 5 s`: for clocks that run. */
export function clock(amount) {
  const whole = Math.max(0, Math.floor(amount));
  return whole >= 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole} s`;
}

/** Joins what there is of a line. */
export const line = (...parts) => parts.filter(Boolean).join(" · ");

const ENDED = new Set(["succeeded", "failed", "stopped", "interrupted"]);

/** Whether nothing more comes from a seat. */
export const hasEnded = (told) => ENDED.has(told.status);

const OUTCOMES = { succeeded: "Answer ready", failed: "No answer", stopped: "Stopped", interrupted: "Interrupted" };

/** How a run has ended, for those who only hear it. */
export function outcome({ status, facts, notices = [] }) {
  const reason = notices.find(({ kind }) => kind === "error")?.text;
  return [OUTCOMES[status], status === "failed" ? reason : facts].filter(Boolean).join(". ");
}

/** The sign of a seat, by its status. */
export const SIGNS = {
  pending: "schedule",
  queued: "hourglass_empty",
  loading: "hourglass_empty",
  waiting: "more_horiz",
  writing: "edit",
  restarting: "restart_alt",
  succeeded: "check",
  failed: "close",
  stopped: "stop",
  interrupted: "power_off",
};

/** What a chip says of a seat beside its name. */
export function inShort(told) {
  if (told.late) return hasEnded(told) ? line("too late", told.cost) : "not waited for";
  if (told.status === "succeeded") return line(told.took, told.cost);
  if (told.status === "restarting") return "retrying";
  return hasEnded(told) ? told.status : told.doing;
}

/** What the head of a layer says; its clock runs while the layer does. */
export function tally(told, nowS) {
  const took = told.took ?? (told.started_s === undefined ? "" : clock(nowS - told.started_s));
  return line(told.doing, took);
}

/** What a column says of its seat: what it does, since when, and when it is given up. */
export function seatStatus(told, nowS) {
  const missed = told.late ? "came too late" : told.left_out && "left out";
  if (hasEnded(told)) return line(missed, told.kept && "kept", told.doing);
  const quiet = told.quiet ?? {};
  const late = told.late && "not waited for";
  if (quiet.since_s === undefined) return line(late, told.doing);
  const silent = clock(nowS - quiet.since_s);
  const doing = told.status === "writing" ? `no output for ${silent}` : `${told.doing} · ${silent}`;
  const sign = quiet.sign_s !== undefined && `still connected, last signal ${clock(nowS - quiet.sign_s)} ago`;
  const end = quiet.gives_up_s !== undefined && `times out in ${clock(quiet.gives_up_s - nowS)}`;
  return line(late, doing, sign, end);
}
