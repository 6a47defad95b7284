/**
 * What replay prints, one object per line: what a sensor saw, what the
 * detectors made of it, and a summary. Fields are in the order they are
 * printed in; the shapes are a contract with whoever reads them.
 *
 * @module
 */
import type { Address } from "./address.ts";
import type { Alert, EvidenceClass, Subject } from "./alert.ts";
import type {
  Connection,
  ConnectionOutcome,
  Observation,
  Probe,
} from "./observation.ts";

/** A refused or accepted login, as replay prints it. */
export interface LoginRecord {
  /** Says what kind of record this is. */
  readonly type: "observation";
  /** Time of the record in the file: ISO 8601 with `Z`. */
  readonly at: string;
  /** Refused or accepted. */
  readonly kind: "auth_failure" | "auth_success";
  /** Service that was asked. */
  readonly service: string;
  /** Who asked. */
  readonly source: Address;
  /** Machine that was asked, where the file says. */
  readonly target?: string;
  /** Account, where the file says. */
  readonly user?: string;
  /** 1-based line or packet. */
  readonly line?: number;
}

/** A connection, as replay prints it. */
export interface ConnectionRecord {
  /** Says what kind of record this is. */
  readonly type: "observation";
  /** Time of the first packet: ISO 8601 with `Z`. */
  readonly at: string;
  /** Always a connection. */
  readonly kind: "connection";
  /** Over TCP or UDP. */
  readonly protocol: Connection["protocol"];
  /** Who asked. */
  readonly source: Address;
  /** Who was asked. */
  readonly destination: Address;
  /** For which port; 0 where the protocol has none. */
  readonly port: number;
  /** Kind of probe, where it was no ordinary first packet. */
  readonly probe?: Probe;
  /** What came of it. */
  readonly outcome: ConnectionOutcome;
  /** 1-based line or packet. */
  readonly line?: number;
}

/** A request to a web server, as replay prints it. */
export interface WebRecord {
  /** Says what kind of record this is. */
  readonly type: "observation";
  /** Time of the record in the file: ISO 8601 with `Z`. */
  readonly at: string;
  /** Always a web request. */
  readonly kind: "web_request";
  /** Server that answered. */
  readonly service: string;
  /** Who asked. */
  readonly source: Address;
  /** `GET`, …; empty where it was no HTTP. */
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Status code of the answer. */
  readonly status: number;
  /** 1-based line. */
  readonly line?: number;
}

/** A touched decoy, as replay prints it. */
export interface DecoyRecord {
  /** Says what kind of record this is. */
  readonly type: "observation";
  /** Time of the touch: ISO 8601 with `Z`. */
  readonly at: string;
  /** Always a touch. */
  readonly kind: "decoy_touch";
  /** Decoy service or kind of honeytoken. */
  readonly service: string;
  /** Who touched it. */
  readonly source: Address;
  /** Account that was tried. */
  readonly user?: string;
  /** 1-based line or packet. */
  readonly line?: number;
}

/** A remote call, as replay prints it. */
export interface RemoteCallRecord {
  /** Says what kind of record this is. */
  readonly type: "observation";
  /** Time of the record or packet: ISO 8601 with `Z`. */
  readonly at: string;
  /** Always a remote call. */
  readonly kind: "remote_call";
  /** Interface or protocol. */
  readonly service: string;
  /** What was asked for. */
  readonly operation: string;
  /** Who asked. */
  readonly source: Address;
  /** Who was asked, where its address is known. */
  readonly destination?: Address;
  /** Who was asked, where the file names it. */
  readonly target?: string;
  /** Account, where the file says. */
  readonly user?: string;
  /** 1-based line or packet. */
  readonly line?: number;
}

/** An observation, as replay prints it. */
export type ObservationRecord =
  | LoginRecord
  | ConnectionRecord
  | WebRecord
  | DecoyRecord
  | RemoteCallRecord;

/** An alert, as replay prints it. */
export interface AlertRecord {
  /** Says what kind of record this is. */
  readonly type: "alert";
  /** Time of the observation that set it off: ISO 8601 with `Z`. */
  readonly at: string;
  /** ATT&CK technique. */
  readonly technique: string;
  /** Name of the scenario. */
  readonly scenario: string;
  /** Whom it is about. */
  readonly subject: Subject;
  /** How far the evidence reaches. */
  readonly evidence: EvidenceClass;
  /** Nats, three decimals. */
  readonly score: number;
}

/** The last record. */
export interface SummaryRecord {
  /** Says what kind of record this is. */
  readonly type: "summary";
  /** Lines or packets. */
  readonly records: number;
  /** Lines that no parser knows; packets that are malformed. */
  readonly unparsed: number;
  /** From the earliest record's time to the latest's. */
  readonly seconds: number;
}

/** One object of the output; its fields are in the order they are printed in. */
export type ReplayRecord =
  | ObservationRecord
  | AlertRecord
  | SummaryRecord;

/** An observation as it is printed. */
export function observationRecord(seen: Observation): ObservationRecord {
  const type = "observation";
  const at = timeText(seen.atMs);
  const line = seen.line === undefined ? {} : { line: seen.line };
  switch (seen.kind) {
    case "connection": {
      const { kind, protocol, source, destination, port, probe, outcome } =
        seen;
      return {
        type,
        at,
        kind,
        protocol,
        source,
        destination,
        port,
        ...(probe === undefined ? {} : { probe }),
        outcome,
        ...line,
      };
    }
    case "web_request": {
      const { kind, service, source, method, path, status } = seen;
      return { type, at, kind, service, source, method, path, status, ...line };
    }
    case "decoy_touch": {
      const { kind, service, source } = seen;
      return { type, at, kind, service, source, ...userOf(seen), ...line };
    }
    case "remote_call": {
      const { kind, service, operation, source, destination, target } = seen;
      return {
        type,
        at,
        kind,
        service,
        operation,
        source,
        ...(destination !== undefined && { destination }),
        ...(target !== undefined && { target }),
        ...userOf(seen),
        ...line,
      };
    }
    case "auth_failure":
    case "auth_success": {
      const { kind, service, source, target } = seen;
      return {
        type,
        at,
        kind,
        service,
        source,
        ...(target !== undefined && { target }),
        ...userOf(seen),
        ...line,
      };
    }
  }
}

function userOf({ user }: { readonly user?: string }): { user?: string } {
  return user === undefined ? {} : { user };
}

/** An alert as it is printed. */
export function alertRecord(alert: Alert): AlertRecord {
  return {
    type: "alert",
    at: timeText(alert.atMs),
    technique: alert.technique,
    scenario: alert.scenario,
    subject: { address: alert.subject.address },
    evidence: alert.evidence,
    score: Math.round(alert.score * 1_000) / 1_000,
  };
}

function timeText(atMs: number): string {
  return new Date(atMs).toISOString();
}
