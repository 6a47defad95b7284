/**
 * The MITRE ATT&CK techniques that our scenarios and detectors name, in words:
 * the framework's own name, and what that looks like to whom it happens. Held
 * here, so that nothing outside is asked.
 *
 * @module
 */

/** A technique as the pages show it. */
export interface Technique {
  /** As the framework calls it; a part is named after its whole. */
  readonly name: string;
  /** What the subject did, after its address: `tried 6 passwords`. */
  deed(times: number): string;
}

const counted = (one: string, many: string) => (times: number) =>
  times === 1 ? one : many.replace("#", String(times));
const always = (words: string) => () => words;
const passwords = counted("tried a password", "tried # passwords");
const scanned = counted(
  "looked for an open service",
  "looked for open services # times",
);
const webProbe = counted(
  "looked for a weak spot of a website",
  "looked for weak spots of a website # times",
);
const moved = always("used a remote service the way an intruder moves on");
const asked = always("asked for things that an intruder wants to know");

const techniques: Readonly<Record<string, Technique>> = {
  T1003: { name: "OS Credential Dumping", deed: always("read out passwords") },
  T1012: { name: "Query Registry", deed: asked },
  T1018: {
    name: "Remote System Discovery",
    deed: always("looked for other machines"),
  },
  T1021: { name: "Remote Services", deed: moved },
  T1033: { name: "System Owner/User Discovery", deed: asked },
  T1046: { name: "Network Service Discovery", deed: scanned },
  T1047: {
    name: "Windows Management Instrumentation",
    deed: always("started something from afar"),
  },
  T1049: { name: "System Network Connections Discovery", deed: asked },
  T1053: {
    name: "Scheduled Task/Job",
    deed: always("planted a task from afar"),
  },
  T1069: { name: "Permission Groups Discovery", deed: asked },
  T1070: { name: "Indicator Removal", deed: always("erased traces") },
  T1078: {
    name: "Valid Accounts",
    deed: always("used an account in a way its owner would not"),
  },
  T1083: {
    name: "File and Directory Discovery",
    deed: always("opened a file that nobody should open"),
  },
  T1087: { name: "Account Discovery", deed: asked },
  T1110: { name: "Brute Force", deed: passwords },
  "T1110.001": { name: "Brute Force: Password Guessing", deed: passwords },
  "T1110.003": {
    name: "Brute Force: Password Spraying",
    deed: counted("tried an account name", "tried # account names"),
  },
  T1112: {
    name: "Modify Registry",
    deed: always("changed settings from afar"),
  },
  T1135: { name: "Network Share Discovery", deed: asked },
  T1187: {
    name: "Forced Authentication",
    deed: always("tried to make a machine log in elsewhere"),
  },
  T1190: {
    name: "Exploit Public-Facing Application",
    deed: counted(
      "tried to break into a website",
      "tried to break into a website # times",
    ),
  },
  T1482: { name: "Domain Trust Discovery", deed: asked },
  T1499: {
    name: "Endpoint Denial of Service",
    deed: always("sent more requests than the server may answer"),
  },
  T1529: {
    name: "System Shutdown/Reboot",
    deed: always("tried to switch a machine off"),
  },
  T1569: {
    name: "System Services",
    deed: always("started a service from afar"),
  },
  T1570: {
    name: "Lateral Tool Transfer",
    deed: always("copied a program from machine to machine"),
  },
  T1595: { name: "Active Scanning", deed: webProbe },
  "T1595.002": {
    name: "Active Scanning: Vulnerability Scanning",
    deed: webProbe,
  },
  "T1595.003": { name: "Active Scanning: Wordlist Scanning", deed: webProbe },
};

const unknown: Technique = {
  name: "",
  deed: always("did something that looks like an attack"),
};

/** What is known about a technique; a part is looked up as its whole, too. */
export function techniqueOf(id: string): Technique {
  const [whole = ""] = id.split(".");
  // A name from outside must not find what every object has.
  const known = [id, whole].find((name) => Object.hasOwn(techniques, name));
  return techniques[known ?? ""] ?? unknown;
}

/**
 * Its page at attack.mitre.org, followed only if somebody follows it;
 * `undefined` where the id is none.
 */
export function techniquePage(id: string): string | undefined {
  return /^T\d{4}(?:\.\d{3})?$/.test(id)
    ? `https://attack.mitre.org/techniques/${id.replace(".", "/")}/`
    : undefined;
}

/** The techniques that have words, in the order of their numbers. */
export const techniqueIds: readonly string[] = Object.keys(techniques);
