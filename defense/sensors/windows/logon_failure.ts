/**
 * What Windows says about why a login was refused: NTSTATUS codes (MS-ERREF
 * 2.3.1) of events 4625 and 4776, Kerberos error codes (RFC 4120, 7.5.9) of
 * 4768 and 4771.
 *
 * Only what says something about the guesser's knowledge counts. A password
 * that was right but has run out, a clock that is wrong, or a kind of login
 * that is not granted is not a guess.
 *
 * @module
 */

/** A guess, a guess at an account that does not exist, or no guess. */
export type RefusalReason = "guess" | "unknown_user" | "other";

const ntStatus: Readonly<Record<number, RefusalReason>> = {
  0xc0000064: "unknown_user", // STATUS_NO_SUCH_USER
  0xc000006a: "guess", // STATUS_WRONG_PASSWORD
  0xc000006d: "guess", // STATUS_LOGON_FAILURE
  0xc000006f: "other", // STATUS_INVALID_LOGON_HOURS: the password was right
  0xc0000070: "other", // STATUS_INVALID_WORKSTATION
  0xc0000071: "other", // STATUS_PASSWORD_EXPIRED
  0xc0000072: "guess", // STATUS_ACCOUNT_DISABLED
  0xc0000133: "other", // STATUS_TIME_DIFFERENCE_AT_DC
  0xc000015b: "other", // STATUS_LOGON_TYPE_NOT_GRANTED
  0xc000018c: "other", // STATUS_TRUSTED_DOMAIN_FAILURE
  0xc0000192: "other", // STATUS_NETLOGON_NOT_STARTED
  0xc0000193: "other", // STATUS_ACCOUNT_EXPIRED
  0xc0000224: "other", // STATUS_PASSWORD_MUST_CHANGE
  0xc0000234: "guess", // STATUS_ACCOUNT_LOCKED_OUT
  0xc00002ee: "other", // STATUS_UNFINISHED_CONTEXT_DELETED
  0xc0000413: "other", // STATUS_AUTHENTICATION_FIREWALL_FAILED
};

const kerberosError: Readonly<Record<number, RefusalReason>> = {
  0x06: "unknown_user", // KDC_ERR_C_PRINCIPAL_UNKNOWN
  0x12: "guess", // KDC_ERR_CLIENT_REVOKED: disabled or locked out
  0x18: "guess", // KDC_ERR_PREAUTH_FAILED
};

/** Reads the status of a 4625 or 4776; a substatus of 0 says nothing. */
export function readNtStatus(
  status: string,
  substatus: string,
): RefusalReason {
  const inner = codeOf(substatus);
  return ntStatus[inner !== 0 ? inner : codeOf(status)] ?? "other";
}

/** Reads the status of a 4768 or 4771. */
export function readKerberosError(status: string): RefusalReason {
  return kerberosError[codeOf(status)] ?? "other";
}

/** `0xC000006A`, decimal, negative decimal (a signed 32-bit number), or empty. */
function codeOf(text: string): number {
  if (!/^(?:0x[0-9a-f]{1,8}|-?\d{1,10})$/i.test(text)) return 0;
  return Number(text) >>> 0;
}
