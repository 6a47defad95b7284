import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { RecentMap } from "../../defense/recent_map.ts";

Deno.test("RecentMap.set() gives up what was not used for longest", () => {
  const map = new RecentMap<string, number>(2);
  equal(map.set("a", 1), false);
  equal(map.set("b", 2), false);
  map.use("a");
  equal(map.set("c", 3), true);
  deepEqual([map.get("a"), map.get("b"), map.get("c")], [1, undefined, 3]);
});

Deno.test("RecentMap.get() is no use", () => {
  const map = new RecentMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.get("a");
  map.set("c", 3);
  equal(map.has("a"), false);
});

Deno.test("RecentMap refuses to be empty for ever", () => {
  throws(() => new RecentMap(0), RangeError);
  throws(() => new RecentMap(NaN), RangeError);
});

Deno.test("RecentMap agrees with a list that is kept in order", () => {
  const command = fc.tuple(
    fc.constantFrom("set", "use", "delete"),
    fc.nat(9),
    fc.nat(),
  );
  fc.assert(fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
    const sizeMax = 5;
    const map = new RecentMap<number, number>(sizeMax);
    let model: [key: number, value: number][] = [];
    for (const [what, key, value] of commands) {
      const known = model.find(([other]) => other === key);
      const rest = model.filter(([other]) => other !== key);
      if (what === "set") {
        map.set(key, value);
        if (!known && rest.length === sizeMax) rest.shift();
        model = [...rest, [key, value]];
      } else if (what === "use") {
        equal(map.use(key), known?.[1]);
        if (known) model = [...rest, known];
      } else {
        equal(map.delete(key), known !== undefined);
        model = rest;
      }
      equal(map.size, model.length);
      equal(map.oldest()?.key, model[0]?.[0]);
    }
    for (const [key, value] of model) equal(map.get(key), value);
  }));
});
