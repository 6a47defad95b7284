/** The journal through a stand-in for `journalctl` that notes how it is called. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { LogPlace } from "../../../defense/host/log_place.ts";
import { followJournal } from "../../../defense/host/login_follow.ts";
import type { Observation } from "../../../defense/mod.ts";

/** Runs the journal's follower over a script until `ready`. */
async function follow(
  script: string,
  place: LogPlace | undefined,
  ready: (state: { seen: Observation[]; calls: string[] }) => boolean,
) {
  const directory = await Deno.makeTempDir();
  const program = `${directory}/journalctl`;
  Deno.writeTextFileSync(`${directory}/calls`, "");
  Deno.writeTextFileSync(
    program,
    `#!/bin/sh\necho "$*" >> ${directory}/calls\n${script}\n`,
    { mode: 0o755 },
  );
  const seen: Observation[] = [];
  const places: LogPlace[] = [];
  const source = followJournal((one) => seen.push(one), {
    place,
    onPlace: (place) => places.push(place),
  }, program);
  const calls = () =>
    Deno.readTextFileSync(`${directory}/calls`).split("\n").filter(Boolean);
  try {
    for (let tries = 0; tries < 3_000; tries++) {
      if (ready({ seen, calls: calls() })) break;
      await new Promise((wake) => setTimeout(wake, 10));
    }
    return { seen, places, calls: calls() };
  } finally {
    await source.stop();
    await Deno.remove(directory, { recursive: true });
  }
}

function record(cursor: string, atMs: number, user = "root"): string {
  const text = JSON.stringify({
    __CURSOR: cursor,
    __REALTIME_TIMESTAMP: String(atMs * 1_000),
    _UID: "0",
    _PID: "7",
    SYSLOG_IDENTIFIER: "sshd",
    MESSAGE: `Invalid user ${user} from 192.0.2.1 port 4`,
  });
  return `printf '%s\\n' '${text}'`;
}

Deno.test("followJournal() begins at the end, and keeps the cursor of what it has read", async () => {
  const { seen, places, calls } = await follow(
    `${record("s=1;i=1", Date.now(), '"__CURSOR":"s=9;i=9"')}\nexec sleep 60`,
    undefined,
    ({ seen }) => seen.length > 0,
  );
  match(calls[0] ?? "", /^-f -n 0 -o json /);
  // Mail servers' programs go by names that their operators choose.
  match(calls[0] ?? "", / SYSLOG_FACILITY=2 .* \+ SYSLOG_IDENTIFIER=/);
  equal(seen.length, 1);
  deepEqual(places.map(({ cursor }) => cursor), [undefined, "s=1;i=1"]);
});

Deno.test("followJournal() goes on behind the cursor, with the journal's own times", async () => {
  const hourAgoMs = Date.now() - 3_600_000;
  const place = {
    source: "journal",
    atMs: hourAgoMs - 1_000,
    cursor: "s=1;i=1",
  };
  const { seen, calls } = await follow(
    `${record("s=1;i=2", hourAgoMs)}\nexec sleep 60`,
    place,
    ({ seen }) => seen.length > 0,
  );
  match(calls[0] ?? "", /^-f --no-tail --after-cursor=s=1;i=1 -o json /);
  equal(seen[0]?.atMs, hourAgoMs);
});

Deno.test("followJournal() without a record so far goes on at the time it was stopped", async () => {
  const { calls } = await follow(
    "exec sleep 60",
    { source: "journal", atMs: 1_795_404_415_250 },
    ({ calls }) => calls.length > 0,
  );
  match(calls[0] ?? "", /^-f --no-tail --since=@1795404415 -o json /);
});

Deno.test("followJournal() does without a cursor that the journal does not know", async () => {
  const { calls } = await follow(
    'case "$*" in *cursor*) echo "Failed to seek to cursor: Invalid argument" >&2; exit 1;; esac\nexec sleep 60',
    { source: "journal", atMs: 1_795_404_415_250, cursor: "s=1;i=1" },
    ({ calls }) => calls.length > 1,
  );
  match(calls[1] ?? "", /^-f --no-tail --since=@1795404415 /);
});

Deno.test("followJournal() goes on after what it has read when the cursor is lost later", async () => {
  const { calls } = await follow(
    `case "$*" in *cursor*) echo "Failed to seek to cursor" >&2; exit 1;; *"-n 0"*) ${
      record("s=1;i=1", Date.now())
    }; exit 0;; esac\nexec sleep 60`,
    undefined,
    ({ calls }) => calls.length > 2,
  );
  match(calls[0] ?? "", /^-f -n 0 /);
  match(calls[1] ?? "", /^-f --no-tail --after-cursor=s=1;i=1 /);
  const since = Number(/--no-tail --since=@(\d+) /.exec(calls[2] ?? "")?.[1]);
  ok(since > 0 && since <= Date.now() / 1_000, calls[2]);
});
