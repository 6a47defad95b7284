/**
 * A service of a host as others reach it: what is contained before the whole
 * address is (design §8).
 *
 * @module
 */

/** Protocols that have ports. */
export const serviceProtocols = ["tcp", "udp"] as const;

/** One port of one protocol. */
export interface Service {
  /** What it is carried by. */
  readonly protocol: typeof serviceProtocols[number];
  /** 1 to 65,535: the port that a client dials. */
  readonly port: number;
}

/** `tcp/22`. */
export function serviceText({ protocol, port }: Service): string {
  return `${protocol}/${port}`;
}

/**
 * Reads `tcp/22`, `udp/53`, or a bare port, which is TCP's.
 *
 * @returns `undefined` when `text` names no service.
 */
export function readService(text: string): Service | undefined {
  const match = /^(?:(tcp|udp)\/)?([1-9]\d{0,4})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || port > 65_535) return undefined;
  return { protocol: match[1] === "udp" ? "udp" : "tcp", port };
}

/** Whether both are one service, or both none: the whole address. */
export function sameService(
  a: Service | undefined,
  b: Service | undefined,
): boolean {
  return a?.protocol === b?.protocol && a?.port === b?.port;
}

/** Whether a measure on `wide` also covers `narrow`; none is everything. */
export function coversService(
  wide: Service | undefined,
  narrow: Service | undefined,
): boolean {
  return wide === undefined || sameService(wide, narrow);
}
