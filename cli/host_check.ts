/**
 * What this host lacks, and what works without it. The judgement is here; what
 * the host answers comes from `host_probe.ts`, so a test can play any host.
 *
 * @module
 */

/** How much of what is needed is there. */
export type Verdict = "ok" | "limited" | "missing" | "unknown";

/** One thing looked at. */
export interface Finding {
  /** What was looked at: `nft`, `root`, `logs`, … */
  readonly what: string;
  readonly verdict: Verdict;
  /** What was found. */
  readonly detail: string;
  /** What does and does not work as it is; empty where nothing is missing. */
  readonly works: string;
  /** What to do about it; empty where there is nothing to do. */
  readonly nextStep: string;
}

/** Whether a path is there for us. */
export type PathAnswer = "readable" | "denied" | "absent" | "unknown";

/** What a program answered; `undefined` where there is none to ask. */
export type RunAnswer = { readonly code: number; readonly text: string };

/** What is asked of the host. */
export interface HostProbe {
  readonly root: boolean;
  readonly wallMs: number;
  look(path: string): PathAnswer;
  /** Times of a file in wall clock milliseconds, `undefined` if unknown. */
  times(
    path: string,
  ): { readonly readMs: number; readonly changedMs: number } | undefined;
  /** Permission bits of a path, `undefined` if it is not there. */
  mode(path: string): number | undefined;
  run(
    command: "nft" | "ss" | "tcpdump" | "journalctl",
    args: readonly string[],
  ): Promise<RunAnswer | undefined>;
}

/** What the configuration says about what is needed. */
export interface HostNeeds {
  readonly logs: readonly string[];
  readonly stateDir: string;
  /** The configuration file in force, empty if none. */
  readonly configPath: string;
  /** Files that nobody needs. */
  readonly canaryFiles: readonly string[];
}

/** Where systems keep what sshd and PAM say. */
export const usualLogs = ["/var/log/auth.log", "/var/log/secure"] as const;

/** Files that are there where cgroup v2 is mounted, alone or beside v1. */
export const cgroupPaths: readonly string[] = [
  "/sys/fs/cgroup/cgroup.controllers",
  "/sys/fs/cgroup/unified/cgroup.controllers",
];

/** This program was not written before: a clock behind it is wrong. */
const clockMsMin = Date.UTC(2026, 0, 1);
/** Nor will it be run unchanged for so long. */
const clockMsMax = Date.UTC(2100, 0, 1);

/** Looks at everything that matters, in the order in which it matters. */
export async function checkHost(
  probe: HostProbe,
  needs: HostNeeds,
): Promise<Finding[]> {
  const journal = await probe.run("journalctl", ["--version"]);
  return [
    rootFinding(probe),
    nftFinding(await probe.run("nft", ["list", "tables"])),
    toolFinding(
      "tcpdump",
      await probe.run("tcpdump", ["--version"]),
      "Port scans go unseen; logins are still watched",
      "tcpdump",
    ),
    toolFinding(
      "ss",
      await probe.run("ss", ["-V"]),
      "Everything but three: a guesser loses all services and not the one it guessed at, the program behind a connection is not named, and isolating a process leaves what it has open",
      "iproute2",
    ),
    ...logFindings(probe, needs.logs, journal !== undefined),
    socketFinding(
      await probe.run("nft", [
        "--check",
        "add table inet stealthmesh_doctor; add chain inet stealthmesh_doctor c; add rule inet stealthmesh_doctor c socket wildcard 0 accept",
      ]),
    ),
    cgroupFinding(probe),
    ...needs.canaryFiles.map((path) => canaryFinding(probe, path)),
    clockFinding(probe.wallMs),
    stateFinding(probe, needs.stateDir),
    {
      what: "configuration",
      verdict: "ok",
      detail: needs.configPath || "no file, defaults in force",
      works: "",
      nextStep: "",
    },
  ];
}

function rootFinding({ root }: HostProbe): Finding {
  return root ? fine("root", "running as root") : {
    what: "root",
    verdict: "limited",
    detail: "not running as root",
    works:
      "Watching what this user may read, the mesh, alerts; no packets, no measures",
    nextStep: "Run with sudo",
  };
}

function nftFinding(answer: RunAnswer | undefined): Finding {
  if (answer === undefined) {
    return {
      what: "nft",
      verdict: "missing",
      detail: "no nft that can be run",
      works: "Everything in observe mode; nothing can be contained",
      nextStep: "Install the package nftables",
    };
  }
  return answer.code === 0 ? fine("nft", "may change the firewall") : {
    what: "nft",
    verdict: "limited",
    detail: firstLine(answer.text) || "the kernel refuses",
    works: "Everything in observe mode; nothing can be contained",
    nextStep: "Run with sudo (in a container: with CAP_NET_ADMIN)",
  };
}

function toolFinding(
  what: string,
  answer: RunAnswer | undefined,
  works: string,
  packageName: string,
): Finding {
  if (answer !== undefined) return fine(what, firstLine(answer.text));
  return {
    what,
    verdict: "missing",
    detail: `no ${what} that can be run`,
    works,
    nextStep: `Install the package ${packageName}`,
  };
}

function logFindings(
  probe: HostProbe,
  configured: readonly string[],
  journal: boolean,
): Finding[] {
  const paths = configured.length > 0 ? configured : usualLogs;
  const answers = paths.map((path) => [path, probe.look(path)] as const);
  const readable = answers.filter(([, answer]) => answer === "readable");
  const denied = answers.filter(([, answer]) => answer === "denied");
  const trouble = denied.map(([path]): Finding => ({
    what: "log",
    verdict: "limited",
    detail: `${path} may not be read`,
    works: "Everything else; logins in this file go unseen",
    nextStep: "Run with sudo, or join the group that may read it (adm)",
  }));
  const absent = configured.length === 0 ? [] : answers
    .filter(([, answer]) => answer === "absent")
    .map(([path]): Finding => ({
      what: "log",
      verdict: "limited",
      detail: `${path} is not there yet`,
      works: "Everything else; it is watched as soon as it appears",
      nextStep: "Correct logs in the configuration if the name is wrong",
    }));
  if (readable.length > 0) {
    const names = readable.map(([path]) => path).join(", ");
    return [fine("log", names), ...trouble, ...absent];
  }
  if (journal && configured.length === 0) {
    return [fine("log", "journald, through journalctl"), ...trouble];
  }
  if (trouble.length + absent.length > 0) return [...trouble, ...absent];
  return [{
    what: "log",
    verdict: "missing",
    detail: `neither ${usualLogs.join(" nor ")} nor journalctl`,
    works: "Port scans are still seen; guessed logins go unseen",
    nextStep: "Name the files of sshd with logs in the configuration",
  }];
}

function socketFinding(answer: RunAnswer | undefined): Finding {
  if (answer?.code === 0) return fine("nft_socket", "the kernel has it");
  const works =
    "Blocking; throttle limits every new connection, caution is not possible";
  return {
    what: "nft_socket",
    verdict: answer === undefined || /permitted/.test(answer.text)
      ? "unknown"
      : "missing",
    detail: answer === undefined
      ? "cannot be asked without nft"
      : firstLine(answer.text) || "the kernel refuses",
    works,
    nextStep: "",
  };
}

function cgroupFinding(probe: HostProbe): Finding {
  const answers = cgroupPaths.map((path) => probe.look(path));
  const found = cgroupPaths[answers.indexOf("readable")];
  if (found) {
    return fine("cgroup v2", found.slice(0, found.lastIndexOf("/")));
  }
  return {
    what: "cgroup v2",
    verdict: answers.includes("unknown") ? "unknown" : "missing",
    detail: answers.includes("unknown")
      ? "cannot be looked at with these permissions"
      : "not mounted",
    works: "Every measure but freezing or isolating a process",
    nextStep: "Mount it: mount -t cgroup2 none /sys/fs/cgroup/unified",
  };
}

/**
 * Whether a read of a canary file would be noticed. With `relatime` (mount(8))
 * the kernel notes the first read after a change, then one a day.
 */
function canaryFinding(probe: HostProbe, path: string): Finding {
  const what = "canary file";
  const times = probe.times(path);
  if (times === undefined) {
    return {
      what,
      verdict: "missing",
      detail: `${path} is not there, or may not be looked at`,
      works: "Everything else; nobody can touch what is not there",
      nextStep:
        `Place a file that only an intruder would open (${path}), then: touch -m ${path}`,
    };
  }
  if (times.readMs <= times.changedMs) {
    return fine(
      what,
      `${path} is armed, unless its file system is mounted noatime`,
    );
  }
  return {
    what,
    verdict: "limited",
    detail: `${path} was read since it was last changed`,
    works: "Changes are noticed, further reads once a day",
    nextStep: `Arm it again: touch -m ${path}`,
  };
}

function clockFinding(wallMs: number): Finding {
  const text = new Date(wallMs).toISOString();
  if (wallMs >= clockMsMin && wallMs <= clockMsMax) return fine("clock", text);
  return {
    what: "clock",
    verdict: "missing",
    detail: `${text} cannot be right`,
    works: "Watching this host; other members refuse what it says",
    nextStep: "Set the clock, and keep it right with chrony or timesyncd",
  };
}

function stateFinding(probe: HostProbe, stateDir: string): Finding {
  const answer = probe.look(stateDir);
  if (answer === "absent") {
    return fine("state", `${stateDir} will be made at the first start`);
  }
  const mode = probe.mode(stateDir) ?? 0o700;
  if (answer === "denied") {
    return {
      what: "state",
      verdict: "missing",
      detail: `${stateDir} may not be read`,
      works: "Nothing that needs keys",
      nextStep: "Run as its owner, or choose another with --state-dir",
    };
  }
  return (mode & 0o077) === 0 ? fine("state", stateDir) : {
    what: "state",
    verdict: "missing",
    detail: `${stateDir} is open to others (mode ${
      (mode & 0o777).toString(8).padStart(4, "0")
    })`,
    works: "Nothing that needs keys",
    nextStep: `chmod 0700 ${stateDir}`,
  };
}

function fine(what: string, detail: string): Finding {
  return { what, verdict: "ok", detail, works: "", nextStep: "" };
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
