/**
 * What fail2ban's own tags stand for in an expression (fail2ban,
 * jail.conf(5), "filter"): `<HOST>` an address or a host name, `<ADDR>`,
 * `<IP4>`, `<IP6>`, `<DNS>`, `<CIDR>`, `<SUBNET>`; `<F-NAME>…</F-NAME>` a
 * group whose text is kept under that name; `<SKIPLINES>` any lines between.
 *
 * Groups are called as in fail2ban, because expressions may name them.
 *
 * @module
 */

const hex = "[0-9a-fA-F]{1,4}";
/** Four numbers; what is no address is found out later. */
const ip4 = "(?:::f{4,6}:)?(?P<ip4>\\d{1,3}(?:\\.\\d{1,3}){3})";
const ip6 = `(?P<ip6>(?:${hex}::?|::){1,7}(?:${hex}|(?<=:):))`;
const dns = "(?P<dns>[\\w\\-.^_]*\\w)";
const cidr = "(?P<cidr>\\d+)";
const address = `\\[?(?:${ip4}|${ip6})\\]?`;
const subnet = `\\[?(?:${ip4}|${ip6})(?:/${cidr})?\\]?`;

const standing: Readonly<Record<string, string>> = {
  "IP4": ip4,
  "F-IP4/": ip4,
  "IP6": ip6,
  "F-IP6/": ip6,
  "DNS": dns,
  "F-DNS/": dns,
  "ADDR": address,
  "F-ADDR/": address,
  "CIDR": cidr,
  "F-CIDR/": cidr,
  "SUBNET": subnet,
  "F-SUBNET/": subnet,
  "F-ID/": "(?P<fid>\\S+)",
  "F-PORT/": "(?P<fport>\\w+)",
};
/** Groups with another name than their tag. */
const renamed: Readonly<Record<string, string>> = { id: "fid", port: "fport" };

/** Name of the group for a tag's name: `fid` for `ID`. */
export function groupName(tagName: string): string {
  const name = tagName.toLowerCase();
  return renamed[name] ?? name;
}

/**
 * Replaces fail2ban's tags in an expression.
 *
 * @param hostNames Whether `<HOST>` takes host names.
 */
export function expandHostTags(text: string, hostNames: boolean): string {
  const open = new Set<string>();
  let skips = 0;
  return text.replace(/<\/?[\w-]+\/?>/g, (tag) => {
    const name = tag.slice(1, -1);
    if (name === "HOST") {
      return hostNames ? `(?:${address}|${dns})` : address;
    }
    if (name === "SKIPLINES") {
      return `\\n(?P<skiplines${skips++}>(?:(?:.*\\n)*?))`;
    }
    const known = standing[name];
    if (known !== undefined) return known;
    const custom = /^(\/?)F-([A-Z0-9_-]+)$/.exec(name);
    if (!custom) return tag;
    const [, closing, tagName = ""] = custom;
    if (closing === "/") return open.has(tagName) ? ")" : tag;
    open.add(tagName);
    return `(?P<${groupName(tagName)}>`;
  });
}
