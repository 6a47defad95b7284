import { deepEqual, equal, match } from "node:assert/strict";
import { recordWords } from "../../../dashboard/ui/pages/record_words.ts";
import { storyOf } from "../../../dashboard/ui/pages/story.ts";
import {
  techniqueOf,
  techniquePage,
} from "../../../dashboard/ui/texts/techniques.ts";
import type { Explanation, JournalEntry } from "../../../defense/mod.ts";

const clock = (ms: number) => `at ${ms}`;
const subject = "192.0.2.7";

function explained(changes: Record<string, unknown> = {}): Explanation {
  const vote = {
    node: "a".repeat(64),
    name: "office",
    own: false,
    technique: "T1110.001",
    scenario: "ssh-bruteforce",
    evidence: "E1",
    score: 9,
    observations: 6,
    atMs: 1,
    counts: true,
  };
  return {
    subject,
    votes: [vote, { ...vote, node: "b".repeat(64), own: true, name: "" }],
    have: 2,
    needed: 2,
    leases: [{
      subject,
      measure: "block",
      untilMs: 99,
      sinceMs: 1,
      cause: "mesh",
      state: "in_force",
    }],
    history: [],
    ...changes,
  } as unknown as Explanation;
}

const scene = { here: "till", members: 9 };

Deno.test("storyOf() tells who did what where, who saw it and what is done", () => {
  deepEqual(storyOf(explained(), scene, clock), [
    "192.0.2.7 tried 6 passwords on office and till; 2 machines of 9 saw it; it is blocked here until at 99.",
    "The votes are enough for all 9 machines to block it.",
  ]);
});

Deno.test("storyOf() promises nothing that is not done", () => {
  const [lease] = explained().leases;
  const told = (state: string, service?: unknown) =>
    storyOf(
      explained({
        leases: [{ ...lease, state, ...(service ? { service } : {}) }],
        have: 1,
      }),
      scene,
      clock,
    ).join(" ");
  match(told("would"), /would be blocked until at 99, but this machine only/);
  match(told("failed"), /should be blocked, but that failed/);
  match(told("asked"), /about to be blocked/);
  match(
    told("in_force", { protocol: "tcp", port: 22 }),
    /it is blocked from tcp port 22 here/,
  );
  match(told("in_force"), /One more vote, and every machine blocks it\.$/);
  match(
    storyOf(explained({ leases: [] }), scene, clock).join(" "),
    /nothing is done against it/,
  );
  deepEqual(storyOf(explained({ votes: [], leases: [] }), scene, clock), [
    "Nobody has anything against 192.0.2.7 now.",
  ]);
});

Deno.test("an exercise is called one, in the story and in the record", () => {
  const exercise = { node: "a".repeat(64), atMs: 9 };
  const quiet = { votes: [], leases: [], exercise };
  match(
    storyOf(explained(quiet), scene, clock)[0]!,
    /^EXERCISE: a drill was held about 192\.0\.2\.7/,
  );
  const told = (stage: JournalEntry["stage"], what: string, node = "n") =>
    recordWords(
      {
        atMs: 0,
        stage,
        what,
        subject,
        node,
        detail: { exercise: true, heard: 2, of: 3 },
      },
      () => "office",
      clock,
    );
  for (
    const line of [
      told("operator", "drill", ""),
      told("claimed", "drill"),
      told("claimed", "drill_answer"),
      told("system", "drill_path"),
      told("system", "drill_ended", ""),
    ]
  ) match(line, /^EXERCISE: /);
  match(told("system", "drill_ended"), /2 of 3 machines heard of it$/);
});

Deno.test("storyOf() tells each technique once, and does not name a crowd", () => {
  const [vote] = explained().votes;
  const votes = Array.from({ length: 8 }, (_, place) => ({
    ...vote,
    node: `${place}`.repeat(64),
    name: `host-${place}`,
    technique: place % 2 === 0 ? "T1046" : "T1110.003",
  }));
  const [first, second] = storyOf(explained({ votes }), scene, clock);
  match(first!, /open services 6 times on host-0, host-2,? and host-4\.$/);
  match(second!, /6 account names on .*; 8 machines of 9 saw it;/);
});

Deno.test("recordWords() has words for what the journal writes", () => {
  const told = (
    stage: JournalEntry["stage"],
    what: string,
    detail: JournalEntry["detail"] = {},
    node = "",
  ) =>
    recordWords(
      { atMs: 0, stage, what, subject, node, detail },
      () => "office",
      clock,
    );
  equal(told("seen", "alert", { summary: "s" }), "Seen here: s");
  equal(told("claimed", "claim"), "Told the mesh");
  equal(
    told("claimed", "claim", { technique: "T1110.001", observations: 6 }, "n"),
    "office says that it tried 6 passwords",
  );
  equal(
    told("done", "lease", { measure: "throttle", untilMs: 5 }),
    "slowed down until at 5",
  );
  equal(
    told("refused", "lease", { measure: "block", code: "never_block" }),
    "Not blocked: it is never contained",
  );
  equal(
    told("undone", "lease", { measure: "block", ended: "expired" }),
    "No longer blocked: its time was over",
  );
  // What a later version writes, or what is broken, is still a line.
  equal(told("system", "adopted", { measure: 3 }), "system: adopted");
  equal(told("done", "lease", { measure: 3 }), "contained until ?");
});

Deno.test("techniqueOf() falls back to the whole, and then to plain words", () => {
  equal(techniqueOf("T1021.002").name, "Remote Services");
  equal(techniqueOf("T1110.001").deed(1), "tried a password");
  match(techniqueOf("constructor").deed(1), /looks like an attack/);
  equal(
    techniquePage("T1110.001"),
    "https://attack.mitre.org/techniques/T1110/001/",
  );
  for (const odd of ["", "T1", "T1110/..", "javascript:alert(1)"]) {
    equal(techniquePage(odd), undefined);
  }
});
