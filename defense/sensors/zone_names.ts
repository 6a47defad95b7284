/**
 * Offsets of the zones that log lines name: those of RFC 822 (section 5), of
 * military letters, and abbreviations in common use (IANA time zone database,
 * northern summer and winter). An abbreviation that several zones share means
 * the one fail2ban takes it for.
 *
 * @module
 */

/** Hours ahead of UTC, and the names of zones that are so far ahead. */
const zones: Readonly<Record<string, string>> = {
  "-12": "Y",
  "-11": "X NUT SST",
  "-10": "W HST HAST",
  "-9": "V AKST HADT",
  "-8": "U AKDT PST PT",
  "-7": "T MST PDT",
  "-6": "S CST MDT",
  "-5": "R CDT COT ECT EST ET PET",
  "-4": "Q AST BOT CLT EDT PYT",
  "-3.5": "NST NT",
  "-3": "P ADT ART BRT CLST UYT",
  "-2.5": "NDT",
  "-2": "O BRST FNT",
  "-1": "N AZOT CVT",
  "0": "Z GMT UTC WET",
  "1": "A CET WAT WEST",
  "2": "B CAT CEDT CEST EET SAST",
  "3": "C EAT EEDT EEST IDT MSK",
  "3.5": "IRST",
  "4": "D AMT AZT GET GST MSD SAMT",
  "4.5": "AFT IRDT",
  "5": "E MVT PKT TJT TMT UZT YEKT",
  "5.5": "SLT",
  "5.75": "NPT",
  "6": "F ALMT KGT NOVT OMST",
  "6.5": "CCT MMT",
  "7": "G CXT DAVT ICT KRAT WIB",
  "8": "H ACT AWST BNT HKT IRKT MYT PHT SGT WITA WST",
  "9": "I IRKST JST KST PWT TLT YAKT",
  "9.5": "ACST",
  "10": "K AEST PGT VLAT",
  "10.5": "ACDT LHST",
  "11": "L AEDT MAGT NCT SBT VUT",
  "12": "M ANAT FJT GILT NZST PETT TVT",
  "13": "FJST NZDT",
};

const minutesOf: ReadonlyMap<string, number> = new Map(
  Object.entries(zones).flatMap(([hours, names]) =>
    names.split(" ").map((name): [string, number] => [name, Number(hours) * 60])
  ),
);

/**
 * Minutes that a zone is ahead of UTC: `CET`, `+0200`, `-05`, `UTC+01:00`.
 *
 * @returns `undefined` for a name we do not know.
 */
export function zoneOffsetMinutes(text: string): number | undefined {
  const form = /^([A-Za-z]*)(?:([+-])(\d\d)(?::?(\d\d))?)?$/.exec(text);
  if (!form) return undefined;
  const [, name = "", sign, hours = "0", minutes = "0"] = form;
  const base = name === "" ? 0 : minutesOf.get(name.toUpperCase());
  if (base === undefined) return undefined;
  const ahead = Number(hours) * 60 + Number(minutes);
  return base + (sign === "-" ? -ahead : ahead);
}
