import { deepEqual, equal, throws } from "node:assert/strict";
import { Records, roomMax } from "../../../defense/detectors/records.ts";

Deno.test("Records.create() opens a record with the words that were asked for", () => {
  const records = new Records();
  const [zero, never] = [records.reserve(), records.reserve(-Infinity)];
  records.create();
  const first = records.handle;
  records.words[records.at + zero] = 7;
  records.create();
  deepEqual(
    [zero, never].map((word) => records.words[records.at + word]),
    [0, -Infinity],
  );
  records.open(first);
  equal(records.words[records.at + zero], 7);
});

Deno.test("Records.create() uses a record that was given up, and blanks it", () => {
  const records = new Records();
  const word = records.reserve(1);
  records.create();
  const { handle } = records;
  records.words[records.at + word] = 7;
  records.free(handle);
  records.create();
  equal(records.handle, handle);
  equal(records.words[records.at + word], 1);
});

Deno.test("Records.grow() keeps words and lists, of one record among many", () => {
  const records = new Records();
  const size = records.reserve();
  const lists = [records.reserveList(1), records.reserveList(3)] as const;
  const handles: number[] = [];
  for (let number = 0; number < 1_000; number++) {
    records.create();
    handles.push(records.handle);
  }
  const place = (list: number, words: number, entry: number) =>
    records.listAt(list) + entry * words;
  for (let entry = 0; entry < roomMax; entry++) {
    handles.forEach((handle, number) => {
      if (number % 50 !== 0) return;
      records.open(handle);
      if (records.room === entry) records.grow();
      handles[number] = records.handle;
      records.words[place(lists[0], 1, entry)] = number + entry;
      records.words[place(lists[1], 3, entry) + 2] = -number - entry;
      records.words[records.at + size] = entry + 1;
    });
  }
  for (let number = 0; number < 1_000; number += 50) {
    records.open(handles[number] ?? -1);
    equal(records.words[records.at + size], roomMax);
    for (let entry = 0; entry < roomMax; entry++) {
      equal(records.words[place(lists[0], 1, entry)], number + entry);
      equal(records.words[place(lists[1], 3, entry) + 2], -number - entry);
    }
  }
});

Deno.test("Records.reserve() is too late once there are records", () => {
  const records = new Records();
  records.create();
  throws(() => records.reserve(), TypeError);
  throws(() => records.reserveList(1), TypeError);
});

Deno.test("blank() makes some words new in every record, and leaves the rest", () => {
  const records = new Records();
  const kept = records.reserve(1);
  const from = records.reserved;
  const word = records.reserve(-Infinity);
  const list = records.reserveList(1);
  const handles: number[] = [];
  for (let count = 0; count < 5_000; count++) {
    records.create();
    records.words[records.at + kept] = count;
    records.words[records.at + word] = count;
    if (count % 7 === 0) records.grow();
    records.words[records.listAt(list)] = count;
    handles.push(records.handle);
  }
  records.blank(from, records.reserved);
  for (const [count, handle] of handles.entries()) {
    records.open(handle);
    equal(records.words[records.at + kept], count);
    equal(records.words[records.at + word], -Infinity);
    equal(records.words[records.listAt(list)], count);
  }
});
