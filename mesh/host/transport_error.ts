/**
 * Why a node cannot listen. What goes wrong on a single connection is not
 * here: that is a `closed` event.
 *
 * @module
 */

/** Stable names of what kept the listener from opening. */
export type TransportErrorCode =
  | "address_in_use"
  | "address_denied"
  | "address_unknown"
  | "certificate_unusable";

const explanations: Record<TransportErrorCode, (where: string) => string> = {
  address_in_use: (where) =>
    "the port is taken\n" +
    `  Find its owner with: ss -ltnp 'sport = :${portOf(where)}'`,
  address_denied: () =>
    "not permitted\n" +
    "  Use a port from 1024 up, or grant the capability CAP_NET_BIND_SERVICE",
  address_unknown: () =>
    "this host does not have that address\n" +
    "  List its addresses with: ip -brief address",
  certificate_unusable: () =>
    "the certificate or its key cannot be read\n" +
    "  Remove certificate.cbor from the state directory and start again",
};

/** The listener could not be opened; nothing listens. */
export class TransportError extends Error {
  /** Of the class. */
  override readonly name = "TransportError";
  /** Stable name of what is wrong. */
  readonly code: TransportErrorCode;
  /** `host:port` that was asked for. */
  readonly address: string;

  /** Says where listening failed, and what to do about it. */
  constructor(
    code: TransportErrorCode,
    address: string,
    options?: { cause: unknown },
  ) {
    super(
      `Cannot listen on ${address}: ${explanations[code](address)}`,
      options,
    );
    this.code = code;
    this.address = address;
  }
}

/**
 * Which expected condition a failed `Deno.serve` met, if any.
 *
 * @returns `undefined` for what nobody is expected to fix: a bug.
 */
export function transportErrorOf(
  cause: unknown,
  address: string,
): TransportError | undefined {
  const code = codeOf(cause);
  return code && new TransportError(code, address, { cause });
}

function codeOf(cause: unknown): TransportErrorCode | undefined {
  if (cause instanceof Deno.errors.AddrInUse) return "address_in_use";
  if (cause instanceof Deno.errors.PermissionDenied) return "address_denied";
  if (cause instanceof Deno.errors.NotCapable) return "address_denied";
  if (cause instanceof Deno.errors.AddrNotAvailable) return "address_unknown";
  if (cause instanceof Deno.errors.InvalidData) return "certificate_unusable";
  if (cause instanceof URIError) return "address_unknown";
  // The rest has no class of its own, only words.
  const words = cause instanceof Error ? cause.message : "";
  if (/lookup|resolve/i.test(words)) return "address_unknown";
  if (/private key|certificate/i.test(words)) return "certificate_unusable";
  return undefined;
}

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(":") + 1);
}
