import { equal } from "node:assert/strict";
import { AddressCache } from "../../../defense/sensors/address_cache.ts";

Deno.test("AddressCache.read() gives the same answer the second time", () => {
  const cache = new AddressCache();
  const rows: [name: string, address: string | undefined][] = [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:DB8::1%eth0", "2001:db8::1"],
    ["192.030.0.6", undefined],
    ["evil.example", undefined],
    ["", undefined],
    ["1".repeat(1_000), undefined],
  ];
  for (const _ of [1, 2]) {
    for (const [name, address] of rows) equal(cache.read(name), address, name);
  }
});

Deno.test("AddressCache.read() outlives more names than it keeps", () => {
  const cache = new AddressCache();
  for (let i = 0; i < 20_000; i++) {
    const name = `10.0.${i >> 8 & 255}.${i & 255}`;
    equal(cache.read(name), name);
  }
});
