import { deepEqual, equal } from "node:assert/strict";
import {
  checkHost,
  type HostProbe,
  type PathAnswer,
  type Verdict,
} from "../../cli/host_check.ts";

interface Host {
  readonly root?: boolean;
  readonly tools?: Partial<
    Record<"nft" | "ss" | "tcpdump" | "journalctl", number>
  >;
  readonly paths?: Record<string, PathAnswer>;
  readonly mode?: number;
  readonly wallMs?: number;
  readonly logs?: string[];
  readonly canaryFiles?: string[];
  readonly times?: { readonly readMs: number; readonly changedMs: number };
}

function probeOf(host: Host): HostProbe {
  const tools = host.tools ?? { nft: 0, ss: 0, tcpdump: 0, journalctl: 0 };
  return {
    root: host.root ?? true,
    wallMs: host.wallMs ?? Date.UTC(2026, 10, 23),
    look: (path) => host.paths?.[path] ?? "absent",
    mode: () => host.mode,
    times: () => host.times,
    run(command) {
      const code = tools[command];
      return Promise.resolve(
        code === undefined ? undefined : { code, text: `${command} says` },
      );
    },
  };
}

async function verdicts(host: Host): Promise<Record<string, Verdict>> {
  const findings = await checkHost(probeOf(host), {
    logs: host.logs ?? [],
    stateDir: "/state",
    configPath: "",
    canaryFiles: host.canaryFiles ?? [],
  });
  for (const { verdict, works, what } of findings) {
    // Whatever is missing is told together with what works without it.
    equal(works !== "", verdict !== "ok", what);
  }
  return Object.fromEntries(
    findings.map(({ what, verdict }) => [what, verdict]),
  );
}

const cgroup = "/sys/fs/cgroup/unified/cgroup.controllers";
const rows: { name: string; host: Host; finds: Record<string, Verdict> }[] = [
  {
    name: "nothing on a host that has everything",
    host: { paths: { [cgroup]: "readable", "/var/log/auth.log": "readable" } },
    finds: { root: "ok", nft: "ok", log: "ok", "cgroup v2": "ok", state: "ok" },
  },
  {
    name: "a canary file that is not there",
    host: { canaryFiles: ["/c"] },
    finds: { "canary file": "missing" },
  },
  {
    name: "a canary file whose next read will show",
    host: { canaryFiles: ["/c"], times: { readMs: 5, changedMs: 5 } },
    finds: { "canary file": "ok" },
  },
  {
    name: "a canary file that was read already",
    host: { canaryFiles: ["/c"], times: { readMs: 6, changedMs: 5 } },
    finds: { "canary file": "limited" },
  },
  { name: "no root", host: { root: false }, finds: { root: "limited" } },
  {
    name: "no nft",
    host: { tools: { tcpdump: 0, journalctl: 0 } },
    finds: { nft: "missing", ss: "missing", nft_socket: "unknown" },
  },
  {
    name: "a kernel that refuses",
    host: { tools: { nft: 1, journalctl: 0 } },
    finds: { nft: "limited", tcpdump: "missing" },
  },
  {
    name: "no log anywhere",
    host: { tools: { nft: 0 } },
    finds: { log: "missing" },
  },
  {
    name: "the journal instead of files",
    host: { tools: { journalctl: 0 } },
    finds: { log: "ok" },
  },
  {
    name: "a log that may not be read",
    host: { tools: {}, paths: { "/var/log/auth.log": "denied" } },
    finds: { log: "limited" },
  },
  {
    name: "a configured log that is not there",
    host: { logs: ["/srv/log"] },
    finds: { log: "limited" },
  },
  {
    name: "a clock in 1970",
    host: { wallMs: 0 },
    finds: { clock: "missing" },
  },
  {
    name: "a state directory that others may read",
    host: { paths: { "/state": "readable" }, mode: 0o40755 },
    finds: { state: "missing" },
  },
  {
    name: "a state directory of someone else",
    host: { paths: { "/state": "denied" } },
    finds: { state: "missing" },
  },
  {
    name: "no cgroup v2",
    host: {},
    finds: { "cgroup v2": "missing", ss: "ok" },
  },
  {
    name: "what it may not look at",
    host: { paths: { [cgroup]: "unknown" } },
    finds: { "cgroup v2": "unknown" },
  },
];

for (const { name, host, finds } of rows) {
  Deno.test(`checkHost() finds ${name}`, async () => {
    const found = await verdicts(host);
    deepEqual(
      Object.fromEntries(Object.keys(finds).map((what) => [what, found[what]])),
      finds,
    );
  });
}
