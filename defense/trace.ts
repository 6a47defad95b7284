/**
 * Traces: what one machine saw of a source that is too little for an alert, and
 * is told because others may have seen the rest. On the wire a trace is a
 * subject, a time and one number (`alert_codec.ts`):
 *
 * | kind | number |
 * | --- | --- |
 * | refusals | tenths of nats, at most 1,000 |
 * | way | 0 ssh, 1 smb, 2 rdp, 3 winrm |
 *
 * @module
 */
import type { Address } from "./address.ts";
import {
  type AdminServiceName,
  adminServiceNames,
} from "./detectors/lateral/admin_service.ts";

/** How much the signer's refused logins speak against a newcomer, by now. */
export interface RefusalsTrace {
  /** Tag of the union. */
  readonly kind: "refusals";
  /** Who was refused. */
  readonly subject: Address;
  /** Wall clock milliseconds of the last login that counted. */
  readonly atMs: number;
  /** Nats, to a tenth; 0 takes back what was said before. */
  readonly nats: number;
}

/** The first time ever that a machine came to the signer to administer it. */
export interface WayTrace {
  /** Tag of the union. */
  readonly kind: "way";
  /** Who came. */
  readonly subject: Address;
  /** Wall clock milliseconds. */
  readonly atMs: number;
  /** By which service. */
  readonly service: AdminServiceName;
}

/** Too little for an alert. */
export type Trace = RefusalsTrace | WayTrace;

/** No sequential test of ours reaches 100 nats: it strikes at 11.5. */
const tenthsMax = 1_000;

/** The number that goes over the wire. */
export function traceNumber(trace: Trace): number {
  return trace.kind === "way"
    ? adminServiceNames.indexOf(trace.service)
    : Math.min(Math.max(Math.round(trace.nats * 10), 0), tenthsMax);
}

/** The trace that a number from the wire means; `undefined` if none. */
export function traceOf(
  kind: Trace["kind"],
  subject: Address,
  atMs: number,
  number: unknown,
): Trace | undefined {
  if (!Number.isSafeInteger(number)) return undefined;
  const value = number as number;
  if (kind === "way") {
    const service = adminServiceNames[value];
    return service && { kind, subject, atMs, service };
  }
  return value < 0 || value > tenthsMax
    ? undefined
    : { kind, subject, atMs, nats: value / 10 };
}
