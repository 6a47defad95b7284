/**
 * Lines of nginx's error log, behind the stamp:
 *
 *     [error] 2865#0: *66647 user "ada": password mismatch, client: 192.0.2.1,
 *       server: example.org, request: "GET / HTTP/1.1", host: "example.org"
 *
 * The account's name stands before the client's address and the request and
 * the referrer behind it; all three are the client's text, written as it was
 * sent. The address is taken from the first place behind which the rest of the
 * line is what nginx itself writes there: server, request, host, referrer.
 * ModSecurity quotes what the client sent, so of its words the address is
 * taken that they begin with.
 *
 * A refused login is a refused login. A request that was refused (by a rule,
 * or as one too many) is told as a request with its status, as the access
 * log would: a page that embeds a forbidden picture is no guessing.
 *
 * @module
 */
import { splitRequest } from "./access_log.ts";
import { otherReading, type ServiceReading } from "./service_reading.ts";

const heading =
  /^\[(?:debug|info|notice|warn|error|crit|alert|emerg)\] \d+#\d+: (?:\*\d+ )?/;
const marker = ", client: ";
/** What nginx writes behind the address (`ngx_http_log_error_handler`). */
const rest =
  /^([0-9A-Fa-f:.]{2,45}|unix:), server: [^",]*(?:, request: "([A-Za-z]{1,32} (?:\S*(?: HTTP\/\d(?:\.\d)?)?|[^"]*))"(?:, subrequest: "\S*")?(?:, upstream: "\S*")?(?:, host: "[^"\s]*")?(?:, referrer: ".*")?)?$/s;
/** libmodsecurity's connector. */
const modSecurity =
  /^\[client ([0-9A-Fa-f:.]{2,45})\] ModSecurity: Access denied with code (\d{3})/;
const unknownAccount = /^user "(.*)":? was not found in ".*"$/s;
const wrongPassword = /^user "(.*)": password mismatch$/s;
const pamRefused = /^PAM: user '(.*)' - not authenticated: .*$/s;
/** Where a line may hold so many addresses, the first ones are tried. */
const placesMax = 8;

/**
 * Reads what stands behind the stamp of a line of nginx's error log.
 *
 * @returns `undefined` when it is none.
 */
export function readNginxError(text: string): ServiceReading | undefined {
  const head = heading.exec(text);
  if (!head) return undefined;
  const body = text.slice(head[0].length);
  const stopped = modSecurity.exec(body);
  let at = body.indexOf(marker);
  for (let tries = 0; at >= 0 && tries < placesMax; tries++) {
    const behind = rest.exec(body.slice(at + marker.length));
    if (behind) {
      const [, host = "", request = ""] = behind;
      return stopped
        ? refusal(stopped[1] ?? "", request, Number(stopped[2]))
        : judge(body.slice(0, at), host, request);
    }
    at = body.indexOf(marker, at + 1);
  }
  return otherReading;
}

function judge(what: string, host: string, request: string): ServiceReading {
  const unknown = unknownAccount.exec(what);
  const known = unknown ? null : wrongPassword.exec(what) ??
    pamRefused.exec(what);
  if (unknown || known) {
    return {
      what: "refused",
      form: "login",
      host,
      user: (unknown ?? known)?.[1] ?? "",
      unknownUser: unknown !== null,
    };
  }
  if (
    what.startsWith("no user/password was provided for basic authentication")
  ) {
    // What every browser does before it asks its user.
    return otherReading;
  }
  const status = statusOf(what);
  if (status === undefined) return otherReading;
  return refusal(host, request, status);
}

function refusal(
  host: string,
  request: string,
  status: number,
): ServiceReading {
  const { method, path } = splitRequest(request);
  return { what: "request", host, method, path, status, agent: "", user: "" };
}

/** The status with which nginx answered, where its words say. */
function statusOf(what: string): number | undefined {
  if (/^limiting (?:requests|connections)\b/.test(what)) return 429;
  return what.startsWith("access forbidden by rule") ? 403 : undefined;
}
