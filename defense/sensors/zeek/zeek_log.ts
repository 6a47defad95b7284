/**
 * What Zeek's logs say: connections with their outcome, logins, remote calls.
 *
 * `conn_state` (docs.zeek.org, `Conn::Info`) becomes an outcome:
 *
 * | state | outcome |
 * | --- | --- |
 * | S1, SF, S2, S3, RSTO, RSTR | accepted |
 * | REJ | refused |
 * | S0, SH, RSTOS0 | unanswered |
 * | SHR, RSTRH, OTH | not told: the beginning was not seen |
 *
 * The source has completed a handshake where `history` shows that it sent an
 * acknowledgement or data after the answer (`h`, then `A` or `D`); without
 * `history`, where the state says so. A record is written when a connection
 * ends and bears the time at which it began, so times are not in order.
 *
 * @module
 */
import type { Address } from "../../address.ts";
import type { ConnectionOutcome, Observation } from "../../observation.ts";
import { AddressCache } from "../address_cache.ts";
import { readEventTime } from "../event_time.ts";
import { ownCopy } from "../own_copy.ts";
import { type RecordCounters, RecordTally } from "../record_tally.ts";
import { pipeService, shareOperation } from "../rpc/pipe_name.ts";
import {
  isConnRecord,
  type ZeekRecord,
  ZeekRecordReader,
} from "./zeek_record.ts";

const nothing: readonly Observation[] = [];
const userLengthMax = 128;
const operationLengthMax = 64;

const outcomes: Readonly<Record<string, ConnectionOutcome>> = {
  S1: "accepted",
  SF: "accepted",
  S2: "accepted",
  S3: "accepted",
  RSTO: "accepted",
  RSTR: "accepted",
  REJ: "refused",
  S0: "unanswered",
  SH: "unanswered",
  RSTOS0: "unanswered",
};
/** States in which both sides have spoken, not only the source's probe. */
const established: ReadonlySet<string> = new Set([
  "S1",
  "SF",
  "S2",
  "S3",
  "RSTR",
]);

/** Kerberos errors that a guess brings (RFC 4120, 7.5.9). */
const kerberosGuess: ReadonlySet<string> = new Set([
  "KDC_ERR_PREAUTH_FAILED",
  "KDC_ERR_CLIENT_REVOKED",
]);
const kerberosUnknown = "KDC_ERR_C_PRINCIPAL_UNKNOWN";

/** Whether the beginning of a text looks like a log of Zeek. */
export function looksLikeZeek(head: string): boolean {
  if (/^#(?:separator \\x|fields\t)/.test(head) || isConnRecord(head)) {
    return true;
  }
  return head.startsWith("{") && /"(?:id[._])?orig_h"\s{0,4}:/.test(head);
}

/** Reads one log, line by line. */
export class ZeekLog {
  readonly #records = new ZeekRecordReader();
  readonly #addresses = new AddressCache();
  readonly #tally = new RecordTally();

  /**
   * Takes one line.
   *
   * @param number Number of the line, for people; left out of a live log.
   */
  read(line: string, number?: number): readonly Observation[] {
    if (line === "") return nothing;
    const record = this.#records.read(line);
    if (record === undefined) return nothing;
    this.#tally.records++;
    const seen = record === null ? undefined : this.#tell(record, number);
    if (seen !== undefined) return seen;
    this.#tally.unparsed++;
    return nothing;
  }

  #tell(
    record: ZeekRecord,
    line: number | undefined,
  ): readonly Observation[] | undefined {
    const atMs = readEventTime(record.value("ts"));
    const source = this.#addresses.read(record.value("id.orig_h"));
    const destination = this.#addresses.read(record.value("id.resp_h"));
    if (
      atMs === undefined || source === undefined || destination === undefined
    ) return undefined;
    this.#tally.at(atMs);
    const ends: Ends = {
      atMs,
      source,
      destination,
      ...(line !== undefined && { line }),
    };
    switch (record.log) {
      case "conn":
        return connection(record, ends);
      case "ssh":
        return ssh(record, ends);
      case "kerberos":
        return kerberos(record, ends);
      case "ntlm":
        return login(ends, "smb", record.value("username"), {
          accepted: record.value("success"),
        });
      case "rdp": {
        const user = record.value("cookie");
        return [callOf(ends, "rdp", "connect", user)];
      }
      case "dce_rpc":
        return rpc(record, ends);
      case "smb_mapping":
        return share(ends, record.value("path"), "", false);
      case "smb_files":
        return file(record, ends);
      case "http":
        return /^\/wsman(?:[?/]|$)/i.test(record.value("uri"))
          ? [callOf(ends, "winrm", "wsman", "")]
          : nothing;
      default:
        return undefined;
    }
  }

  /** What became of the records so far. */
  get counters(): RecordCounters {
    return this.#tally.counters;
  }
}

interface Ends {
  readonly atMs: number;
  readonly source: Address;
  readonly destination: Address;
  readonly line?: number;
}

function connection(
  record: ZeekRecord,
  ends: Ends,
): readonly Observation[] | undefined {
  const protocol = record.value("proto");
  const port = Number(record.value("id.resp_p"));
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return undefined;
  if (protocol !== "tcp" && protocol !== "udp") return nothing;
  const state = record.value("conn_state");
  const outcome = Object.hasOwn(outcomes, state) ? outcomes[state] : undefined;
  if (outcome === undefined) return nothing;
  const history = record.value("history");
  const { atMs, source, destination } = ends;
  return [{
    kind: "connection",
    atMs,
    protocol,
    source,
    destination,
    port,
    outcome,
    handshake: protocol === "tcp" && outcome === "accepted" &&
      (history === "" ? established.has(state) : /h.*[AD]/.test(history)),
    ...(ends.line !== undefined && { line: ends.line }),
  }];
}

/** Zeek tells success from the sizes of packets, so it may not know. */
function ssh(record: ZeekRecord, ends: Ends): readonly Observation[] {
  const accepted = record.value("auth_success");
  return accepted === "" ? nothing : login(ends, "sshd", "", { accepted });
}

function kerberos(record: ZeekRecord, ends: Ends): readonly Observation[] {
  if (record.value("request_type") !== "AS") return nothing;
  const [user = ""] = record.value("client").split("/");
  if (user.endsWith("$")) return nothing;
  const accepted = record.value("success");
  const error = record.value("error_msg");
  if (accepted === "T") return login(ends, "kerberos", user, { accepted });
  const unknownUser = error === kerberosUnknown;
  if (!unknownUser && !kerberosGuess.has(error)) return nothing;
  return login(ends, "kerberos", user, { accepted: "F", unknownUser });
}

function login(
  { atMs, source, destination, line }: Ends,
  service: string,
  name: string,
  { accepted, unknownUser = false }: {
    accepted: string;
    unknownUser?: boolean;
  },
): readonly Observation[] {
  if (accepted !== "T" && accepted !== "F") return nothing;
  const user = ownCopy(name.slice(0, userLengthMax));
  const common = {
    atMs,
    service,
    source,
    target: destination,
    ...(user !== "" && { user }),
    ...(line !== undefined && { line }),
  };
  return accepted === "T" ? [{ kind: "auth_success", ...common }] : [{
    kind: "auth_failure",
    ...common,
    ...(unknownUser && { unknownUser }),
  }];
}

/** Zeek's names of endpoints and operations are those of the documents. */
function rpc(record: ZeekRecord, ends: Ends): readonly Observation[] {
  const endpoint = record.value("endpoint");
  const service = endpoints.get(endpoint) ?? endpoint;
  const operation = record.value("operation");
  if (service === "" || operation === "") return nothing;
  return [callOf(ends, service, operation, "")];
}

/** Where Zeek's name of an interface is not that of `rpc/interfaces.ts`. */
const endpoints: ReadonlyMap<string, string> = new Map([
  ["IWbemServices", "wmi"],
  ["IWbemLevel1Login", "wmi"],
  ["IWbemLoginClientID", "wmi"],
  ["IRemUnknown", "dcom"],
  ["IRemUnknown2", "dcom"],
  ["IRemoteSCMActivator", "dcom"],
  ["ISystemActivator", "dcom"],
  ["IRemoteActivation", "dcom"],
  ["IDispatch", "dcom"],
  ["InitShutdown", "initshutdown"],
]);

/** An opened file or pipe; `SMB::FILE_WRITE` and `SMB::FILE_OPEN`. */
function file(record: ZeekRecord, ends: Ends): readonly Observation[] {
  const path = record.value("path");
  const name = record.value("name");
  if (/\\ipc\$$/i.test(path) || record.value("action").includes("PIPE")) {
    const service = pipeService(name);
    return service === undefined
      ? nothing
      : [callOf(ends, service, "open", "")];
  }
  return share(ends, path, name, record.value("action").includes("WRITE"));
}

function share(
  ends: Ends,
  path: string,
  name: string,
  writes: boolean,
): readonly Observation[] {
  const operation = shareOperation(path, name, writes);
  return operation === undefined
    ? nothing
    : [callOf(ends, "smb", operation, "")];
}

function callOf(
  { atMs, source, destination, line }: Ends,
  service: string,
  operation: string,
  user: string,
): Observation {
  return {
    kind: "remote_call",
    atMs,
    service: ownCopy(service.slice(0, operationLengthMax)),
    operation: ownCopy(operation.slice(0, operationLengthMax)),
    source,
    destination,
    ...(user !== "" && { user: ownCopy(user.slice(0, userLengthMax)) }),
    ...(line !== undefined && { line }),
  };
}
