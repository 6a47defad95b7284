/**
 * What `stealthmesh.yaml` may say: one schema for the file, the environment
 * and the flags. Where a value comes from is `config_source.ts`'s question.
 *
 * @module
 */
import * as z from "zod";
import { failureGroupsMax, textFormatNames } from "../defense/mod.ts";
import { canariesSchema, decoysSchema } from "./decoy_setting.ts";
import { isNetwork } from "./network_text.ts";
import { profileSetting } from "./profile_setting.ts";
import { sensorsSetting } from "./sensor_setting.ts";

/** `host:port`, IPv6 in brackets, port 0 to 65535 (0: any free one). */
const hostPort = z.string().refine(
  isHostPort,
  "expected HOST:PORT, such as [::]:8443 or 192.0.2.1:8443",
);

/** One line without control characters. */
const shortText = z.string().min(1).max(63).regex(
  /^[^\p{Cc}\p{Cf}]*$/u,
  "expected one line without control characters",
);

const logPath = z.string().startsWith("/", "expected an absolute path")
  .max(4_096);

/** Every key of the configuration. Keep the README's table in step. */
export const configSchema = z.strictObject({
  /** Whether decisions reach the kernel or are only written down. */
  mode: z.enum(["observe", "enforce"]),
  /** Pace of the mesh links, fixed or by calendar; design §5. */
  profile: profileSetting,
  /** How people call this node; the host name if absent. */
  name: shortText,
  /** Where other members reach this node. */
  listen: hostPort,
  /**
   * What other members dial; this host's own addresses if empty, and no
   * address at all if it is `none` alone: this node only dials out.
   */
  advertise: z.array(z.union([z.literal("none"), hostPort])).max(8).refine(
    (items) => items.length < 2 || !items.includes("none"),
    "expected none alone, or addresses",
  ),
  /** Interface whose packets are watched. */
  interface: z.string().regex(
    /^[A-Za-z0-9_.:@-]{1,15}$/,
    "expected the name of an interface, such as eth0 or any",
  ),
  /** Log files to watch, by path or with a format; the system's own if empty. */
  logs: z.array(z.union([
    logPath,
    z.strictObject({ path: logPath, format: z.enum(textFormatNames) }),
  ], {
    error: `expected a path, or path and format, one of ${
      textFormatNames.join(", ")
    }`,
  })).max(32),
  /** Logs read through filters of fail2ban. */
  sensors: sensorsSetting,
  scenarios: z.strictObject({
    /** Directory of own scenarios; one of the same name replaces ours. */
    dir: z.string().startsWith("/", "expected an absolute path").max(4_096),
    /** Names of scenarios that are not looked for. */
    off: z.array(
      z.string().regex(
        /^[a-z0-9][a-z0-9-]{0,63}$/,
        "expected the name of a scenario, such as port-scan",
      ),
    ).max(256),
  }),
  /** Whether odd connections make the detectors a little more suspicious. */
  learning: z.enum(["off", "on"]),
  /** Addresses and networks that are never contained, besides those found. */
  neverBlock: z.array(
    z.string().refine(
      isNetwork,
      "expected an address or a network, such as 192.0.2.0/24",
    ),
  ).max(1_024),
  /** Members that fail together and are one witness: `till + office`. */
  failureDomains: z.array(
    z.string().max(4_096).refine(
      (text) => readDomain(text).length > 1,
      "expected names of members that fail together, such as till + office",
    ),
  ).max(failureGroupsMax).refine(
    (texts) => {
      const names = texts.flatMap(readDomain);
      return new Set(names).size === names.length;
    },
    "expected each member in one place only",
  ),
  /** Services that only look like some, for attackers. */
  decoys: decoysSchema,
  /** Things that nobody uses; whoever does is an intruder. */
  canaries: canariesSchema,
  /** What happens to the measures in force when the agent stops. */
  onExit: z.enum(["remove", "keep"]),
  journal: z.strictObject({
    /** How long the journal remembers. */
    days: z.int().min(1).max(3_650),
  }),
  coverPage: z.strictObject({
    /** Title of the page that strangers see on our port. */
    title: shortText,
  }),
  /** Keys, roster, journal and socket of this node. */
  stateDir: z.string().startsWith("/", "expected an absolute path").max(4_096),
});

/** A whole configuration. */
export type Config = z.infer<typeof configSchema>;

/** The names in `till + office`. */
export function readDomain(text: string): string[] {
  return text.split("+").map((name) => name.trim()).filter((name) => name);
}

/** `HOST:PORT` with a host that has no spaces and a port that fits. */
function isHostPort(text: string): boolean {
  const match = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]{1,253}):(\d{1,5})$/.exec(
    text,
  );
  return match !== null && Number(match[1]) <= 65_535;
}
