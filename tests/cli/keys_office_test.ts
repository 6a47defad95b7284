import { deepEqual, equal, match, ok } from "node:assert/strict";
import { inviteKeys, parseInvite, Roster } from "../../mesh/mod.ts";
import { countersignAdmission, writeAdmission } from "../../mesh/mod.ts";
import { StateStore } from "../../mesh/host/mod.ts";
import { makeFirstKeys } from "../../cli/own_card.ts";
import { inStateDir, stealthmesh } from "./child.ts";

const day = 86_400_000;

/** One state directory per host; entries are carried by hand, not by agents. */
class Hosts {
  readonly #parent: string;

  constructor(parent: string) {
    this.#parent = parent;
  }

  async fail(host: string, ...args: string[]) {
    return await stealthmesh(["keys", ...args, ...this.#at(host)]);
  }

  // deno-lint-ignore no-explicit-any -- the shape is what is tested.
  async run(host: string, ...args: string[]): Promise<any> {
    const { code, stdout, stderr } = await this.fail(host, ...args);
    equal(code, 0, `${host}: ${args}: ${stderr}`);
    return JSON.parse(stdout);
  }

  /** Lets `guest` join `host` as enrolment would. */
  async join(host: string, guest: string, ...args: string[]): Promise<string> {
    const { invite } = await this.run(host, "invite", ...args);
    const { meshId, seed, validMs = 365 * day } = parseInvite(invite);
    const keys = makeFirstKeys();
    const nowMs = Date.now();
    const inviter = await this.#store(host);
    const asked = writeAdmission({
      meshId,
      invite: inviteKeys(seed).signer,
      keys,
      name: guest,
      nowMs,
      validMs,
    });
    const { current: by } = await inviter.readKeys();
    const entry = countersignAdmission(asked, { meshId, by, nowMs });
    ok(entry);
    const roster = [...await inviter.readRoster(), entry];
    await inviter.writeRoster(roster);
    const store = await this.#store(guest);
    await store.writeMesh(await inviter.readMesh());
    await store.writeRoster(roster);
    await store.writeKeys({ current: keys });
    return keys.node;
  }

  /** What two hosts' agents would tell each other. */
  async meet(...names: string[]): Promise<void> {
    const stores = await Promise.all(names.map((name) => this.#store(name)));
    const { meshId } = await stores[0]!.readMesh();
    const roster = new Roster(meshId);
    for (const store of stores) {
      roster.merge(await store.readRoster(), Date.now());
    }
    for (const store of stores) await store.writeRoster(roster.entries());
  }

  #store(host: string): Promise<StateStore> {
    return StateStore.open(`${this.#parent}/${host}`);
  }

  #at(host: string): string[] {
    return ["--json", "--state-dir", `${this.#parent}/${host}`];
  }
}

async function withHosts(use: (hosts: Hosts) => Promise<void>): Promise<void> {
  await inStateDir(async (directory) => {
    await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
    const hosts = new Hosts(directory);
    await hosts.run("first", "init");
    await use(hosts);
  });
}

Deno.test("keys promote, renew, retire and revoke: the operator's word and custodians' votes", async () => {
  await withHosts(async (hosts) => {
    const second = await hosts.join("first", "second");
    await hosts.join("first", "third", "--valid-for", "30d");
    await hosts.meet("first", "second", "third");

    const dry = await hosts.run("first", "promote", second, "--dry-run");
    deepEqual([dry.custodian, dry.changed], [false, false]);
    equal((await hosts.run("first", "promote", second)).custodian, true);
    const again = await hosts.fail("first", "promote", second);
    equal(again.code, 1);
    match(again.stderr, /custodian already[^]*keys show/);

    const members = (await hosts.run("first", "show")).members;
    const third = members.find(({ name }: { name: string }) =>
      name === "third"
    );
    ok(third.notAfterMs <= Date.now() + 30 * day);
    const renewed = await hosts.run(
      "first",
      ...["renew", third.node, "--valid-for", "60d"],
    );
    ok(renewed.notAfterMs > third.notAfterMs + 29 * day);
    const long = ["renew", third.node, "--valid-for", "900d"];
    equal((await hosts.fail("first", ...long)).code, 2);

    // Second has no operator key: it votes.
    await hosts.meet("first", "second", "third");
    const vote = await hosts.run("second", "revoke", third.node);
    deepEqual(
      [vote.by, vote.revoked, vote.votes, vote.needed],
      ["vote", false, 1, 2],
    );
    const [pending] = (await hosts.run("second", "show")).votes;
    deepEqual([pending.what, pending.needed], ["revoke", 2]);
    await hosts.meet("first", "second");
    const decided = await hosts.run("first", "revoke", third.node, "--vote");
    equal(decided.revoked, true);

    for (const args of [["renew", second], ["retire", second]]) {
      const own = await hosts.fail("second", ...args);
      equal(own.code, 4, own.stderr);
      match(own.stderr, /itself[^]*\n {2}Run it on another/);
    }
    equal((await hosts.run("first", "retire", second)).retired, true);
    await hosts.meet("first", "second");
    const retired = await hosts.fail("second", "revoke", second.slice(0, 12));
    equal(retired.code, 4);
  });
});

Deno.test("keys recover and approve appoint an operator whose predecessor is lost", async () => {
  await withHosts(async (hosts) => {
    const alone = await hosts.fail("first", "recover");
    equal(alone.code, 1);
    match(alone.stderr, /only custodian[^]*keys init/);

    await hosts.join("first", "second", "--custodian");
    await hosts.join("first", "third", "--custodian");
    await hosts.meet("first", "second", "third");
    // The first host burns down here.
    const plan = await hosts.run("second", "recover", "--dry-run");
    deepEqual([plan.needed, plan.changed], [2, false]);
    const made = await hosts.run("second", "recover");
    equal(made.votes, 1);
    await hosts.meet("second", "third");
    const { proposals } = await hosts.run("third", "approve");
    equal(proposals[0].fingerprint, made.fingerprint);
    const short = await hosts.fail("third", "approve", "1a2b");
    equal(short.code, 2);
    match(short.stderr, /at least 16[^]*keys approve/);
    const approved = await hosts.run("third", "approve", made.fingerprint);
    deepEqual([approved.operator, approved.votes], [true, 2]);

    await hosts.meet("second", "third", "first");
    const shown = await hosts.run("second", "show");
    deepEqual([shown.operator, shown.operatorKey], [made.fingerprint, true]);
    // The new key works, the old one does not any more.
    const third = shown.members.find(({ name }: { name: string }) =>
      name === "third"
    );
    const old = await hosts.fail("first", "revoke", third.node);
    equal(old.code, 4, old.stderr);
    match(old.stderr, /not the operator's[^]*--vote/);
    equal((await hosts.run("second", "revoke", third.node)).by, "operator");
    const handed = await hosts.run("second", "rotate", "--operator");
    equal(handed.from, made.fingerprint);
    equal((await hosts.run("second", "show")).operator, handed.to);
  });
});
