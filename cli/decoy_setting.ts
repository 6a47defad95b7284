/**
 * What the configuration says about decoys and honeytokens, and what the
 * isolates make of it.
 *
 * @module
 */
import * as z from "zod";
import type { Address, DecoyName } from "../defense/mod.ts";
import type { DecoysStart } from "../defense/host/mod.ts";
import { splitHostPort } from "./host_addresses.ts";

/** Written out, so that reading a configuration does not load the defense. */
const decoyNames = [
  "ssh",
  "ssh-tarpit",
  "http",
  "smb",
  "rdp",
  "telnet",
  "mysql",
  "redis",
  "open",
] as const satisfies readonly DecoyName[];

const port = z.int().min(1).max(65_535);
/** From the environment a port comes as text. */
const portText = z.string().regex(/^\d{1,5}$/, "expected a port, such as 2222")
  .transform(Number).pipe(port);
const word = z.string().min(1).max(64).regex(
  /^[^\p{Cc}\p{Cf}]*$/u,
  "expected one line without control characters",
);

const address = z.string().regex(
  /^(?:\[[0-9A-Fa-f:.]+\]|[0-9.]+):\d{1,5}$/,
  "expected ADDRESS:PORT, such as 127.0.0.1:2222 or [fd00::9]:22",
).refine(
  (text) => port.safeParse(splitHostPort(text).port).success,
  "expected a port from 1 to 65535",
);

/** `decoys:` in the configuration. */
export const decoysSchema = z.strictObject({
  /** Whether there are decoys at all. */
  enabled: z.boolean(),
  /** Ports of this host that are decoys to everybody who finds them. */
  ports: z.array(z.union([
    port,
    portText,
    z.strictObject({ port, as: z.enum(decoyNames) }),
  ], "expected a port, such as 2222, or { port: 2223, as: ssh }")).max(16),
  /** Real services that answer steered connections to a port. */
  services: z.array(z.strictObject({ port, to: address })).max(16),
  /** The member whose decoys steered clients meet; empty: this host's. */
  node: z.string().max(64),
  /** Whether steered clients of other members meet the decoys of this host. */
  members: z.boolean(),
  /** Port where members bring them; the same on all of them. */
  membersPort: port,
});

/** `canaries:` in the configuration. */
export const canariesSchema = z.strictObject({
  /** User names that nobody uses. */
  users: z.array(word).max(64),
  /** Paths of web pages that nothing links to. */
  urls: z.array(
    z.string().startsWith("/", "expected a path, such as /backup")
      .max(1_024),
  ).max(64),
  /** Files on this host that nobody needs. */
  files: z.array(
    z.string().startsWith("/", "expected an absolute path").max(4_096),
  ).max(32),
});

/** Keys that may stand in each section. */
export const decoyKeys = {
  decoys: Object.keys(decoysSchema.shape),
  canaries: Object.keys(canariesSchema.shape),
} as const;

/** Both sections of a whole configuration. */
export interface DeceptionSetting {
  readonly mode: "observe" | "enforce";
  readonly name: string;
  readonly decoys: z.infer<typeof decoysSchema>;
  readonly canaries: z.infer<typeof canariesSchema>;
}

/**
 * Which decoys to open: those for steered clients only while measures are
 * taken, the operator's own ports always.
 *
 * @param reach IPv6 addresses of the members that there are.
 * @returns `undefined` where there are to be none.
 */
export function decoysStart(
  { mode, name, decoys, canaries }: DeceptionSetting,
  reach: readonly Address[],
): DecoysStart | undefined {
  if (!decoys.enabled) return undefined;
  return {
    steer: mode === "enforce",
    ports: decoys.ports.map((each) =>
      typeof each === "number" ? { port: each } : each
    ),
    services: decoys.services.map(({ port, to }) => ({
      port,
      to: splitHostPort(to),
    })),
    canaryUsers: canaries.users,
    exchange: { port: decoys.membersPort, take: decoys.members, reach },
    hostName: name.replace(/[^\w.-]/g, "-"),
  };
}
