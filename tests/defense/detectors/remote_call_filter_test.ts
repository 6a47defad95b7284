import { deepEqual } from "node:assert/strict";
import { parseAddress } from "../../../defense/address.ts";
import { predicateOf } from "../../../defense/detectors/predicate.ts";
import type { RemoteCall } from "../../../defense/observation.ts";

Deno.test("predicateOf() tells remote calls apart by service and operation", () => {
  const fits = predicateOf({
    kind: ["remote_call"],
    service: ["svcctl"],
    operation: ["CreateServiceW", "StartServiceW"],
  });
  const call = (service: string, operation: string): RemoteCall => ({
    kind: "remote_call",
    atMs: 0,
    service,
    operation,
    source: parseAddress("10.0.0.9"),
  });
  deepEqual(
    [
      call("svcctl", "StartServiceW"),
      call("svcctl", "QueryServiceStatus"),
      call("samr", "StartServiceW"),
    ].map((call) => fits(call)),
    [true, false, false],
  );
});
