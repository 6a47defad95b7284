import { deepEqual, equal } from "node:assert/strict";
import { type Address, parseAddress } from "../../../defense/address.ts";
import {
  type LoginContext,
  LoginHistory,
} from "../../../defense/detectors/login_history.ts";
import { Records } from "../../../defense/detectors/records.ts";
import { TrackedSources } from "../../../defense/detectors/tracked_sources.ts";
import type { AuthFailure, AuthSuccess } from "../../../defense/observation.ts";

/** A history with the sources it is asked about. */
class Desk {
  readonly #records = new Records();
  readonly history = new LoginHistory(this.#records);
  readonly #sources = new TrackedSources(64, [this.#records]);

  /** Opens the record of a source; its slot. */
  open(source: Address): number {
    const slot = this.#sources.touch(source);
    this.#sources.open(slot, 0);
    return slot;
  }

  look(seen: AuthFailure | AuthSuccess): LoginContext {
    const slot = this.open(seen.source);
    const context = { ...this.history.look(seen, slot) };
    this.#sources.keep(slot, 0);
    if (seen.kind === "auth_success") this.history.welcome(seen, slot);
    return context;
  }

  accuse(source: Address, atMs: number): void {
    this.history.accuse(this.open(source), atMs);
  }

  login(
    what: "in" | "refused",
    user: string,
    from: string,
    atMs = 0,
    more: Partial<AuthFailure> = {},
  ): LoginContext {
    const source = parseAddress(from);
    const base = { atMs, service: "sshd", source, user };
    const seen: AuthFailure | AuthSuccess = what === "in"
      ? { kind: "auth_success", ...base }
      : { kind: "auth_failure", ...base, ...more };
    return this.look(seen);
  }
}

Deno.test("LoginHistory knows a pair, its network, and a source of others", () => {
  const desk = new Desk();
  desk.login("in", "ada", "192.0.2.1");
  desk.login("in", "ada", "2001:db8:1:2::5");
  const asked = [
    ["ada", "192.0.2.1"],
    ["ada", "192.0.2.77"],
    ["bob", "192.0.2.1"],
    ["bob", "192.0.2.77"],
    ["ada", "192.0.3.1"],
    ["ada", "2001:db8:1:2:ffff::1"],
    ["ada", "2001:db8:1:3::5"],
  ] as const;
  deepEqual(
    asked.map(([user, from]) => desk.login("refused", user, from).familiar),
    ["pair", "network", "source", "none", "none", "network", "none"],
  );
});

Deno.test("LoginHistory makes nothing familiar that an accused source got in", () => {
  const desk = new Desk();
  const source = parseAddress("192.0.2.1");
  desk.login("refused", "ada", source);
  desk.accuse(source, 0);
  equal(desk.login("in", "ada", source, 1_000).accused, true);
  equal(desk.login("refused", "ada", source, 2_000).familiar, "none");
  const day = 24 * 3_600_000;
  equal(desk.login("in", "ada", source, day + 1).accused, false);
  equal(desk.login("refused", "ada", source, day + 2).familiar, "pair");
});

Deno.test("LoginHistory leaves an address its users when somebody there is accused", () => {
  const desk = new Desk();
  const source = parseAddress("192.0.2.1");
  for (const user of ["ada", "bob", "eve"]) desk.login("in", user, source);
  desk.accuse(source, 0);
  equal(desk.login("in", "dan", source, 1_000).sharedSource, true);
  equal(desk.login("refused", "dan", source, 2_000).familiar, "pair");
});

Deno.test("LoginHistory tells typing from machines and sittings from returns", () => {
  const desk = new Desk();
  const paces = [0, 300, 6_000, 300_000].map((atMs) =>
    desk.login("refused", "ada", "192.0.2.1", atMs).pace
  );
  deepEqual(paces, ["later", "machine", "sitting", "later"]);
  // One record that tells of three attempts is no machine.
  const record: AuthFailure = {
    kind: "auth_failure",
    atMs: 0,
    service: "sshd",
    source: parseAddress("192.0.2.2"),
    user: "ada",
  };
  desk.look(record);
  equal(desk.look(record).pace, "sitting");
});

const machines: {
  name: string;
  users: string[];
  method?: "none";
  clockwork: boolean;
}[] = [
  { name: "a job's own account", users: ["backup"], clockwork: true },
  { name: "two jobs of one host", users: ["backup", "git"], clockwork: true },
  { name: "three accounts in turn", users: ["a", "b", "c"], clockwork: false },
  { name: "root with a password", users: ["root"], clockwork: false },
  { name: "root with a key", users: ["root"], method: "none", clockwork: true },
];

for (const { name, users, method, clockwork } of machines) {
  Deno.test(`LoginHistory calls ${name} at a fixed pace ${clockwork ? "clockwork" : "guessing"}`, () => {
    const desk = new Desk();
    let last: LoginContext | undefined;
    for (let turn = 0; turn < 30; turn++) {
      const user = users[turn % users.length] ?? "";
      last = desk.login("refused", user, "192.0.2.1", turn * 60_000, {
        ...(method && { method }),
      });
    }
    equal(last?.clockwork, clockwork);
  });
}

Deno.test("LoginHistory gives logins that differ in a condition different codes", () => {
  const desk = new Desk();
  const codes = [
    desk.login("refused", "ada", "192.0.2.1").code,
    desk.login("refused", "ada", "192.0.2.1", 500).code,
    desk.login("refused", "ada", "192.0.2.2", 0, { unknownUser: true }).code,
    desk.login("refused", "ada", "192.0.2.3", 0, { method: "none" }).code,
    desk.login("refused", "ada", "192.0.2.4", 0, { method: "publickey" }).code,
    desk.login("refused", "root", "192.0.2.5").code,
    desk.login("in", "ada", "192.0.2.6").code,
  ];
  equal(new Set(codes).size, codes.length);
  equal(desk.login("refused", "eve", "198.51.100.9").code, codes[0]);
});
