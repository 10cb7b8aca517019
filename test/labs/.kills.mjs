var __defProp = Object.defineProperty;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __esm = (fn, res, err) => function __init() {
  if (err) throw err[0];
  try {
    return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
  } catch (e) {
    throw err = [e], e;
  }
};
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};

// src/problem.ts
var EXIT, Problem;
var init_problem = __esm({
  "src/problem.ts"() {
    "use strict";
    EXIT = { passed: 0, failed: 1, usage: 2, environment: 3, bug: 4 };
    Problem = class extends Error {
      constructor(text, exitCode = EXIT.environment, options) {
        super(text.what, options);
        this.text = text;
        this.exitCode = exitCode;
      }
      text;
      exitCode;
      name = "Problem";
    };
  }
});

// src/course/nearest.ts
function nearest(name, names) {
  let best;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const distance = levenshtein(name, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}
function levenshtein(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
var init_nearest = __esm({
  "src/course/nearest.ts"() {
    "use strict";
  }
});

// src/course/findings.ts
var findings_exports = {};
__export(findings_exports, {
  courseFindings: () => courseFindings,
  labFindings: () => labFindings,
  usesFindings: () => usesFindings
});
function courseFindings({ stages, renames }) {
  const findings = [];
  const labs = /* @__PURE__ */ new Set();
  const stageIds = /* @__PURE__ */ new Set();
  stages.forEach((stage, s) => {
    if (stageIds.has(stage.id))
      findings.push({ path: ["stages", s, "id"], message: `Stage ${stage.id} is listed twice.` });
    stageIds.add(stage.id);
    stage.labs.forEach(({ id }, l) => {
      const path = ["stages", s, "labs", l, "id"];
      if (labs.has(id)) findings.push({ path, message: `Lab ${id} is listed twice.` });
      if (!id.startsWith(`${stage.id}/`)) {
        findings.push({ path, message: `Lab ${id} is in stage ${stage.id}, so its id must begin with ${stage.id}/.` });
      }
      labs.add(id);
    });
  });
  for (const old of Object.keys(renames)) {
    if (labs.has(old))
      findings.push({ path: ["renames", old], on: "key", message: `${old} is renamed, yet still a lab.` });
    if (isCyclic(renames, old))
      findings.push({ path: ["renames", old], on: "key", message: `The renames of ${old} go round in a circle.` });
  }
  return findings;
}
function isCyclic(renames, start) {
  const seen = /* @__PURE__ */ new Set();
  for (let id = start; id !== void 0; id = Object.hasOwn(renames, id) ? renames[id] : void 0) {
    if (seen.has(id)) return true;
    seen.add(id);
  }
  return false;
}
function labFindings(file) {
  return [...stepFindings(file), ...checkFindings(file)];
}
function stepFindings({ steps }) {
  const seen = /* @__PURE__ */ new Set();
  return steps.flatMap(({ id }, s) => {
    if (seen.has(id)) return [{ path: ["steps", s, "id"], message: `Step ${id} occurs twice.` }];
    seen.add(id);
    return [];
  });
}
function checkFindings({ steps }) {
  const findings = [];
  const all = steps.flatMap((step) => step.checks.map((check3) => check3.id));
  const before = /* @__PURE__ */ new Set();
  steps.forEach((step, s) => {
    step.checks.forEach(({ id, needs }, c) => {
      const path = ["steps", s, "checks", c];
      if (before.has(id)) findings.push({ path: [...path, "id"], message: `Check ${id} occurs twice.` });
      if (!id.startsWith(`${step.id}/`)) {
        findings.push({
          path: [...path, "id"],
          message: `Check ${id} is in step ${step.id}, so its id must begin with ${step.id}/.`
        });
      }
      needs.forEach((needed, n) => {
        const wrong = needFinding(id, needed, all, before);
        if (wrong) findings.push({ path: [...path, "needs", n], message: wrong });
      });
      before.add(id);
    });
  });
  return findings;
}
function needFinding(id, needed, all, before) {
  if (needed === id) return `Check ${id} needs itself.`;
  if (before.has(needed)) return void 0;
  if (all.includes(needed)) return `Check ${id} needs ${needed}, which comes later.`;
  const meant = nearest(needed, all);
  return `Check ${id} needs ${needed}, which does not exist${meant ? `: did you mean ${meant}?` : "."}`;
}
function usesFindings({ uses }, { labs }, lab) {
  const own = labs.findIndex((l) => l.id === lab);
  return uses.flatMap((id, u) => {
    const path = ["uses", u];
    const index = labs.findIndex((l) => l.id === id);
    if (index === -1) {
      const meant = nearest(
        id,
        labs.map((l) => l.id)
      );
      return [
        { path, message: `It uses the lab ${id}, which does not exist${meant ? `: did you mean ${meant}?` : "."}` }
      ];
    }
    return index < own ? [] : [{ path, message: `It uses the lab ${id}, which is not an earlier one.` }];
  });
}
var init_findings = __esm({
  "src/course/findings.ts"() {
    "use strict";
    init_nearest();
  }
});

// src/course/file-problem.ts
function errno(error) {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "syscall" in error ? error.code : void 0;
}
function fileProblem(error, what, path, exitCode = EXIT.environment) {
  const code = errno(error);
  if (code === void 0) return error;
  const [why, remedy] = explain(code, path);
  return new Problem({ what, where: path, why: why ?? error.message, remedy }, exitCode, { cause: error });
}
function explain(code, path) {
  switch (code) {
    case "ENOENT":
      return ["It does not exist.", void 0];
    case "ENOSPC":
      return ["The disk is full.", `Free some space (df -h ${path} shows how much there is), then try again.`];
    case "EDQUOT":
      return ["Your disk quota is used up.", "Free some space, then try again."];
    case "EROFS":
      return ["The file system is read-only.", "Use a folder that you can write to."];
    case "EACCES":
    case "EPERM":
      return [
        "You have no permission.",
        `Look at its owner and mode with: ls -ld ${path}
A file that root left behind is yours again after: sudo chown "$(id -un)" ${path}`
      ];
    case "EISDIR":
      return ["It is a folder, and a file is needed.", "Move it out of the way."];
    case "ENOTDIR":
      return ["A part of its path is a file, and a folder is needed.", "Move that file out of the way."];
    case "EMFILE":
    case "ENFILE":
      return ["Too many files are open.", "Close other programs, or raise the limit: ulimit -n 4096"];
    case "EIO":
      return ["The disk reported an error.", "Look at the messages of the kernel: dmesg | tail"];
    default:
      return [void 0, void 0];
  }
}
var init_file_problem = __esm({
  "src/course/file-problem.ts"() {
    "use strict";
    init_problem();
  }
});

// src/course/schema-findings.ts
import { safeParse } from "valibot";
function schemaFindings(schema, issues) {
  return issues.flatMap((issue) => findingsOf(schema, issue, []));
}
function findingsOf(schema, issue, base) {
  const path = [...base, ...pathOf(issue)];
  if (issue.type === "union") {
    const [meant, another] = schemaAt(schema, path).filter((s) => wantsShapeOf(s, issue.input));
    const inside = meant && !another ? safeParse(meant, issue.input).issues : void 0;
    if (inside?.some((i) => i.path !== void 0 || i.kind === "validation"))
      return inside.flatMap((i) => findingsOf(schema, i, path));
  }
  const key = issue.path?.at(-1);
  if (key !== void 0 && issue.kind === "schema" && issue.message.startsWith("Invalid key")) {
    return [issue.expected === "never" ? unknownKey(schema, path) : missingKey(path)];
  }
  return [{ path, message: `${nameOf(path)} ${demand(issue)}.` }];
}
function wantsShapeOf({ item, entries, value }, input) {
  if (Array.isArray(input)) return item !== void 0;
  const map = entries !== void 0 || value !== void 0;
  return typeof input === "object" && input !== null ? map : !map && item === void 0;
}
function unknownKey(schema, path) {
  const key = String(path.at(-1));
  const known = knownKeys(schemaAt(schema, path.slice(0, -1)));
  const meant = nearest(key, known);
  return {
    path,
    on: "key",
    message: meant ? `Unknown key ${key}: did you mean ${meant}?` : `Unknown key ${key}: known are ${known.join(", ")}.`,
    remedy: meant ? `Rename the key ${key} to ${meant}, or remove it.` : `Remove the key ${key}.`
  };
}
function missingKey(path) {
  const key = String(path.at(-1));
  const holder = path.length > 1 ? nameOf(path.slice(0, -1)) : "The file";
  return { path: path.slice(0, -1), message: `${holder} lacks the key ${key}.`, remedy: `Add the key ${key} there.` };
}
function demand(issue) {
  const own = !issue.message.startsWith("Invalid ");
  if (issue.kind === "schema") {
    return own ? issue.message : `must be ${expected(issue)}, not ${kindOf(issue.input)}`;
  }
  if (own)
    return `${issue.message}${typeof issue.input === "string" && issue.input !== "" ? `, not ${quote(issue.input)}` : ""}`;
  const requirement = "requirement" in issue ? issue.requirement : void 0;
  switch (issue.type) {
    case "integer":
      return `must be a whole number, not ${String(issue.input)}`;
    case "min_value":
      return `must be at least ${String(requirement)}, not ${String(issue.input)}`;
    case "min_length":
    case "non_empty":
      return "must not be empty";
    default:
      return `is not right: ${issue.message}`;
  }
}
function expected({ expected: expected2 }) {
  const words = {
    string: "text",
    number: "a number",
    boolean: "true or false",
    Array: "a list",
    Object: "a map"
  };
  return (expected2 ?? "something else").replace(/^\((.*)\)$/, "$1").split(" | ").map((word) => words[word] ?? word).join(" or ");
}
function kindOf(input) {
  if (input === null || input === void 0) return "empty";
  if (typeof input === "string") return quote(input);
  if (Array.isArray(input)) return "a list";
  return typeof input === "number" || typeof input === "boolean" ? String(input) : "a map";
}
function quote(text) {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);
}
function nameOf(path) {
  if (path.length === 0) return "The file";
  return path.map((part, i) => typeof part === "number" ? `[${String(part)}]` : `${i > 0 ? "." : ""}${part}`).join("");
}
function pathOf(issue) {
  return (issue.path ?? []).flatMap(({ key }) => typeof key === "string" || typeof key === "number" ? [key] : []);
}
function listsForMaps(schema, value, path = []) {
  const here = alternatives(schema);
  if (Array.isArray(value)) {
    const item = here.find((s) => s.item)?.item;
    if (item) return value.flatMap((inner, i) => listsForMaps(item, inner, [...path, i]));
    return here.some((s) => s.entries ?? s.value) ? [{ path, message: `${nameOf(path)} must be a map, not a list.` }] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = here.map(({ entries, value: value2 }) => entries && Object.hasOwn(entries, key) ? entries[key] : value2).find(Boolean);
    return known ? listsForMaps(known, inner, [...path, key]) : [];
  });
}
function schemaAt(schema, path) {
  let here = alternatives(schema);
  for (const part of path) {
    here = here.flatMap((s) => {
      const { entries, item, value } = s;
      const inner = typeof part === "number" ? item : entries?.[part] ?? value;
      return inner ? alternatives(inner) : [];
    });
  }
  return here;
}
function alternatives(schema) {
  const { wrapped, options } = schema;
  if (wrapped) return alternatives(wrapped);
  return Array.isArray(options) && options.every((o) => typeof o === "object") ? options.flatMap(alternatives) : [schema];
}
function knownKeys(schemas) {
  return schemas.flatMap((s) => Object.keys(s.entries ?? {}));
}
var init_schema_findings = __esm({
  "src/course/schema-findings.ts"() {
    "use strict";
    init_nearest();
  }
});

// src/course/yaml-document.ts
import { Composer, isNode, isPair, isScalar, Lexer, LineCounter, Parser } from "yaml";
import { isUtf8 } from "node:buffer";
function parseDocument(bytes) {
  if (bytes.length > MAX_BYTES) return refused("The file is larger than 1 MiB.", { line: 1, col: 1 });
  if (!isUtf8(bytes)) return refused("The file is not UTF-8 text.", firstInvalid(bytes), "Save it as UTF-8.");
  return parseText(bytes.toString("utf8"));
}
function parseText(text) {
  const lines = new LineCounter();
  const place = (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), col: Math.max(col, 1) };
  };
  const tokens = tokensOf(text, lines);
  if (!Array.isArray(tokens)) return refused("Its lists and maps are nested too deeply.", place(tokens.tooDeepAt));
  const [document, second] = [...new Composer().compose(tokens, true, text.length)];
  if (document === void 0) return refused("The file is empty.", { line: 1, col: 1 });
  const wrong = [...document.errors, ...document.warnings].map((e) => ({
    ...place(e.pos[0]),
    ...explain2(e.code, e.message, text, e.pos)
  }));
  if (wrong.length > 0) return { ok: false, findings: wrong };
  if (second !== void 0) {
    return refused(
      "The file holds more than one YAML document.",
      place(second.range[0]),
      "Remove the line --- and what follows it."
    );
  }
  if (isNothing(document)) return refused("The file is empty.", { line: 1, col: 1 });
  try {
    return { ok: true, yaml: { document, value: document.toJS({ maxAliasCount: MAX_ALIASES }), place } };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const bomb = error.message.startsWith("Excessive alias count");
    const message = bomb ? "Its aliases (*name) repeat each other too often." : `${error.message}.`;
    return refused(message, { line: 1, col: 1 }, "Write the values out instead of using aliases.");
  }
}
function tokensOf(text, lines) {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const tokens = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MAX_NESTING) return { tooDeepAt: parser.offset };
  }
  tokens.push(...parser.end());
  return tokens;
}
function isNothing({ contents }) {
  return contents === null || isScalar(contents) && contents.value === null && contents.source === "";
}
function explain2(code, message, text, [start]) {
  switch (code) {
    case "TAB_AS_INDENT":
      return { message: "A tab cannot indent in YAML.", remedy: "Indent with spaces." };
    case "DUPLICATE_KEY": {
      const key = /^[^:\s]+/.exec(text.slice(start, start + 80))?.[0] ?? "";
      return { message: `The key ${key} occurs twice.`, remedy: "Keep one of the two." };
    }
    default:
      return { message: `${message.replace(/\.$/, "")}.` };
  }
}
function refused(message, place, remedy) {
  return { ok: false, findings: [{ message, ...place, remedy }] };
}
function firstInvalid(bytes) {
  const before = bytes.toString("utf8").split("\uFFFD", 1)[0] ?? "";
  const newline = before.lastIndexOf("\n");
  return { line: before.split("\n").length, col: before.length - newline };
}
function placeOf(yaml, path, on = "value") {
  const { document, place } = yaml;
  if (on === "key") {
    const parent = document.getIn(path.slice(0, -1), true);
    const pair = pairsOf(parent).find(({ key }) => String(isScalar(key) ? key.value : key) === String(path.at(-1)));
    if (pair !== void 0 && isNode(pair.key) && pair.key.range) return place(pair.key.range[0]);
  }
  for (let length2 = path.length; length2 > 0; length2--) {
    const node = document.getIn(path.slice(0, length2), true);
    if (isNode(node) && node.range) return place(node.range[0]);
  }
  return document.contents?.range ? place(document.contents.range[0]) : { line: 1, col: 1 };
}
function pairsOf(node) {
  const items = typeof node === "object" && node !== null && "items" in node ? node.items : void 0;
  return Array.isArray(items) ? items.filter((item) => isPair(item)) : [];
}
var MAX_BYTES, MAX_NESTING, MAX_ALIASES;
var init_yaml_document = __esm({
  "src/course/yaml-document.ts"() {
    "use strict";
    MAX_BYTES = 1024 * 1024;
    MAX_NESTING = 200;
    MAX_ALIASES = 100;
  }
});

// src/course/yaml.ts
var yaml_exports = {};
__export(yaml_exports, {
  parseYaml: () => parseYaml,
  readYaml: () => readYaml,
  yamlProblem: () => yamlProblem
});
import { readFile } from "node:fs/promises";
import { safeParse as safeParse2 } from "valibot";
async function readYaml(file, schema, options = {}) {
  const bytes = await readFile(file).catch((error) => {
    throw fileProblem(error, `Cannot read ${file}.`, file, options.exitCode);
  });
  return parseYaml(bytes, file, schema, options);
}
function parseYaml(bytes, file, schema, options = {}) {
  const parsed = parseDocument(bytes);
  if (!parsed.ok) throw yamlProblem(file, parsed.findings, options.exitCode);
  const { yaml } = parsed;
  const placed = (findings2) => findings2.map((f) => ({ ...placeOf(yaml, f.path, f.on), ...f }));
  const lists = listsForMaps(schema, yaml.value);
  if (lists.length > 0) throw yamlProblem(file, placed(lists), options.exitCode);
  const result = safeParse2(schema, yaml.value);
  if (!result.success) throw yamlProblem(file, placed(schemaFindings(schema, result.issues)), options.exitCode);
  const findings = options.check?.(result.output) ?? [];
  if (findings.length > 0) throw yamlProblem(file, placed(findings), options.exitCode);
  return result.output;
}
function yamlProblem(file, findings, exitCode = EXIT.environment) {
  const inOrder = [...findings].sort((a, b) => a.line - b.line || a.col - b.col);
  const [first, ...others] = inOrder;
  if (first === void 0) throw new Error(`no finding in ${file}`);
  const why = [first.message];
  if (others.length > 0) {
    why.push(`${String(others.length)} more:`);
    for (const { line, col, message } of others.slice(0, SHOWN - 1))
      why.push(`  ${String(line)}:${String(col)}  ${message}`);
    const hidden = others.length - (SHOWN - 1);
    if (hidden > 0) why.push(`  and ${String(hidden)} that are not shown`);
  }
  return new Problem(
    {
      what: `${file} is not right.`,
      where: `${file}:${String(first.line)}:${String(first.col)}`,
      why: why.join("\n"),
      remedy: first.remedy ?? "Mend that line."
    },
    exitCode
  );
}
var SHOWN;
var init_yaml = __esm({
  "src/course/yaml.ts"() {
    "use strict";
    init_problem();
    init_file_problem();
    init_schema_findings();
    init_yaml_document();
    SHOWN = 5;
  }
});

// src/course/schema.ts
var schema_exports = {};
__export(schema_exports, {
  CheckEntry: () => CheckEntry,
  CheckId: () => CheckId,
  CourseFile: () => CourseFile,
  LabFile: () => LabFile,
  LabId: () => LabId,
  OracleFile: () => OracleFile,
  RequirementId: () => RequirementId,
  StepEntry: () => StepEntry,
  TrackFile: () => TrackFile
});
import * as v from "valibot";
var Text, Name, LabId, CheckId, RequirementId, CourseFile, CheckEntry, StepEntry, LabFile, TrackFile, OracleFile;
var init_schema = __esm({
  "src/course/schema.ts"() {
    "use strict";
    Text = v.pipe(v.string(), v.trim(), v.nonEmpty("must not be empty"));
    Name = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/, "must be lower-case letters, digits and dashes"));
    LabId = v.pipe(
      v.string(),
      v.regex(/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/, "must be STAGE/LAB, for example linux/init")
    );
    CheckId = v.pipe(
      v.string(),
      v.regex(/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/, "must be STEP/CHECK, for example exit-status/code")
    );
    RequirementId = v.pipe(v.string(), v.regex(/^R[1-9][0-9]*$/, "must be R and a number, for example R3"));
    CourseFile = v.strictObject({
      /** version of this file's format */
      format: v.literal(1),
      title: Text,
      version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/, "must be MAJOR.MINOR.PATCH")),
      stages: v.pipe(
        v.array(
          v.strictObject({
            id: Name,
            title: Text,
            labs: v.pipe(v.array(v.strictObject({ id: LabId, title: Text })), v.minLength(1))
          })
        ),
        v.minLength(1)
      ),
      /** old lab or check id → new id */
      renames: v.optional(v.record(v.string(), v.string()), {})
    });
    CheckEntry = v.strictObject({
      id: CheckId,
      requirement: RequirementId,
      points: v.pipe(v.number(), v.integer(), v.minValue(1)),
      /** what a right component does, in a few words: "exits with its child's exit code" */
      claim: Text,
      /** why the check exists; the real incident where there is one */
      why: Text,
      /** where it is written down, and where to look in it */
      source: Text,
      /** three rungs: a question; where to look; an approach. Never code. */
      hints: v.pipe(v.array(Text), v.length(3, "must be three rungs: a question, where to look, an approach")),
      /** checks that must pass first; `lab check` skips by it, grading does not */
      needs: v.optional(v.array(CheckId), [])
    });
    StepEntry = v.strictObject({
      id: Name,
      title: Text,
      checks: v.pipe(v.array(CheckEntry), v.minLength(1))
    });
    LabFile = v.strictObject({
      format: v.literal(1),
      title: Text,
      /** raised when the meaning of a requirement changes */
      contract: v.pipe(v.number(), v.integer(), v.minValue(1)),
      /** the usage line of the component, and what it is for */
      builds: v.strictObject({ usage: Text, purpose: Text }),
      /** which standard the contract is a subset of */
      standard: Text,
      /** track id → the file that a learner edits first; the tracks that this lab offers, in order */
      tracks: v.pipe(
        v.record(Name, v.strictObject({ entry: Text })),
        v.check((t) => Object.keys(t).length > 0, "must offer at least one track")
      ),
      /** components of earlier labs that this one runs with */
      uses: v.optional(v.array(LabId), []),
      steps: v.pipe(v.array(StepEntry), v.minLength(1))
    });
    TrackFile = v.strictObject({
      format: v.literal(1),
      title: Text,
      program: Text,
      locate: v.pipe(v.array(v.string()), v.minLength(1)),
      paths: v.array(v.string()),
      env: v.optional(v.record(v.string(), v.string()), {}),
      install: v.strictObject({ debian: Text, macos: Text, other: Text })
    });
    OracleFile = v.strictObject({
      format: v.literal(1),
      title: Text,
      /** where the tool is from, for a person: a Debian package */
      package: Text,
      /** argv, as in component.yaml */
      run: v.pipe(v.array(v.string()), v.minLength(1)),
      /** checks that do not apply to it, each with the reason */
      except: v.optional(v.record(CheckId, Text), {})
    });
  }
});

// src/protocol/verdict.ts
import * as v2 from "valibot";
var Verdict, TimelineEntry, OutputLine, Failure, Fault, CheckResult;
var init_verdict = __esm({
  "src/protocol/verdict.ts"() {
    "use strict";
    Verdict = v2.picklist(["passed", "failed", "error", "skipped", "timeout"]);
    TimelineEntry = v2.object({ at: v2.number(), kind: v2.string(), text: v2.string() });
    OutputLine = v2.object({ at: v2.number(), stream: v2.picklist(["out", "err"]), text: v2.string() });
    Failure = v2.object({ expected: v2.string(), observed: v2.string() });
    Fault = v2.object({
      cause: v2.picklist(["environment", "bug"]),
      what: v2.string(),
      why: v2.optional(v2.string()),
      remedy: v2.optional(v2.string()),
      detail: v2.optional(v2.string())
    });
    CheckResult = v2.object({
      check: v2.string(),
      verdict: Verdict,
      /** wall time of the check, ms, without build and host set-up */
      ms: v2.number(),
      /** deadline factor that was in force */
      factor: v2.number(),
      failure: v2.optional(Failure),
      fault: v2.optional(Fault),
      /** ids of the checks that a skipped check waits for */
      waitsFor: v2.optional(v2.array(v2.string())),
      timeline: v2.array(TimelineEntry),
      /** the component's output, bounded: the first and the last lines */
      output: v2.array(OutputLine),
      /** lines that the component wrote in all */
      outputLines: v2.number(),
      /** things worth knowing that cost nothing (a leak that no requirement forbids) */
      notes: v2.array(v2.string())
    });
  }
});

// src/protocol/command.ts
import * as v3 from "valibot";
var PROTOCOL, Argv, ComponentSpec, Toolchain, SourceFile, PlannedCheck, Command;
var init_command = __esm({
  "src/protocol/command.ts"() {
    "use strict";
    PROTOCOL = 1;
    Argv = v3.pipe(v3.array(v3.string()), v3.minLength(1));
    ComponentSpec = v3.object({
      fetch: v3.optional(Argv),
      build: v3.optional(Argv),
      /** program name → argv; an element that begins with `./` names a file of the component; `main` always exists */
      run: v3.record(v3.string(), Argv)
    });
    Toolchain = v3.object({
      /** the track's id: `go`, `python` … */
      id: v3.string(),
      /** the program looked for on PATH */
      program: v3.string(),
      /** argv that prints the folder which holds the toolchain */
      locate: Argv,
      /** folders of programs, relative to that folder */
      paths: v3.array(v3.string()),
      /** environment of builds and runs; `$CACHE` stands for the build's cache folder, `$HOME_DIR` for the toolchain's folder */
      env: v3.record(v3.string(), v3.string()),
      /** the smallest install command, for a person */
      install: v3.string()
    });
    SourceFile = v3.object({
      path: v3.string(),
      mode: v3.number(),
      /** base64 */
      data: v3.string()
    });
    PlannedCheck = v3.object({ id: v3.string(), needs: v3.array(v3.string()) });
    Command = v3.variant("type", [
      v3.object({ type: v3.literal("hello"), protocol: v3.number() }),
      v3.object({ type: v3.literal("put"), digest: v3.string(), files: v3.array(SourceFile) }),
      v3.object({
        type: v3.literal("run"),
        run: v3.string(),
        lab: v3.string(),
        /** path of the lab's bundled checkers on the target */
        checkers: v3.string(),
        /** folders that no component may see (course, workspace, home) */
        hidden: v3.array(v3.string()),
        checks: v3.array(PlannedCheck),
        seed: v3.string(),
        component: v3.object({
          source: v3.string(),
          spec: ComponentSpec,
          toolchain: v3.optional(Toolchain),
          /** names the build's cache folder; components that must not influence each other have different ones */
          cache: v3.pipe(v3.string(), v3.regex(/^[a-z0-9-]+$/))
        }),
        /** checks run at once; default: one for each processor */
        jobs: v3.optional(v3.number())
      }),
      v3.object({ type: v3.literal("cancel"), run: v3.string() }),
      v3.object({ type: v3.literal("bye") })
    ]);
  }
});

// src/protocol/event.ts
import * as v4 from "valibot";
var SYNC, TargetFacts, Base, Event;
var init_event = __esm({
  "src/protocol/event.ts"() {
    "use strict";
    init_verdict();
    SYNC = "--drydock-engine-1--";
    TargetFacts = v4.object({
      kernel: v4.string(),
      arch: v4.string(),
      node: v4.string(),
      /** true root (not root of a user namespace) */
      root: v4.boolean(),
      cpus: v4.number(),
      /** how memory and processes are bounded */
      bounds: v4.picklist(["cgroup2", "cgroup1", "rlimit"]),
      /** what labs may require and this target has: `namespaces`, `root`, `net` … */
      offers: v4.array(v4.string())
    });
    Base = { seq: v4.number() };
    Event = v4.variant("type", [
      v4.object({ ...Base, type: v4.literal("hello"), protocol: v4.number(), facts: TargetFacts, factor: v4.number() }),
      v4.object({ ...Base, type: v4.literal("stored"), digest: v4.string() }),
      /** the sources asked for are unknown: send `put` first */
      v4.object({ ...Base, type: v4.literal("missing"), run: v4.string(), digest: v4.string() }),
      v4.object({
        ...Base,
        type: v4.literal("build"),
        run: v4.string(),
        state: v4.picklist(["started", "done", "cached", "failed"]),
        ms: v4.number(),
        /** with `failed`: what was run, how it ended and the last lines it printed */
        command: v4.optional(v4.string()),
        ended: v4.optional(v4.string()),
        output: v4.optional(v4.string())
      }),
      v4.object({ ...Base, type: v4.literal("check-started"), run: v4.string(), check: v4.string() }),
      v4.object({ ...Base, type: v4.literal("waiting"), run: v4.string(), check: v4.string(), what: v4.string() }),
      v4.object({ ...Base, type: v4.literal("check-done"), run: v4.string(), result: CheckResult }),
      /** a long text that belongs into a file of the run's folder, named relative to it */
      v4.object({ ...Base, type: v4.literal("evidence"), run: v4.string(), path: v4.string(), text: v4.string() }),
      v4.object({
        ...Base,
        type: v4.literal("run-done"),
        run: v4.string(),
        ms: v4.number(),
        /** CPU time of everything that the run started, ms */
        cpuMs: v4.number(),
        cancelled: v4.boolean()
      }),
      /** something that ends a run, or the engine, before a verdict */
      v4.object({ ...Base, type: v4.literal("fault"), run: v4.optional(v4.string()), fault: Fault }),
      /** a word for the person, of no consequence for verdicts */
      v4.object({ ...Base, type: v4.literal("note"), text: v4.string() })
    ]);
  }
});

// src/protocol/index.ts
var init_protocol = __esm({
  "src/protocol/index.ts"() {
    "use strict";
    init_verdict();
    init_command();
    init_event();
  }
});

// src/targets/engine-client.ts
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import * as v5 from "valibot";
async function meetEngine(child, options) {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error("an engine needs three pipes");
  const inbox = new Inbox();
  let said = "";
  let synced = false;
  let seq = 0;
  let closing = false;
  stderr.on("data", (chunk) => said = (said + chunk.toString()).slice(-4e3));
  stdin.on("error", () => void 0);
  const broken = (why) => {
    inbox.lose(
      new Problem({
        what: "the engine broke the protocol",
        why,
        remedy: "npm run build, then run the command again; if it stays, report it"
      })
    );
    child.kill("SIGKILL");
  };
  const lines = createInterface({ input: stdout, crlfDelay: Infinity });
  lines.on("line", (line) => {
    if (!synced) {
      if (line === SYNC) synced = true;
      return;
    }
    let value;
    try {
      value = JSON.parse(line);
    } catch {
      return broken(`it sent a line that is not JSON: ${JSON.stringify(line.slice(0, 80))}`);
    }
    const event = v5.safeParse(Event, value);
    if (!event.success) return broken(`it sent an event that is not known: ${JSON.stringify(line.slice(0, 80))}`);
    seq += 1;
    if (event.output.seq !== seq) return broken(`event ${event.output.seq} came where ${seq} was due`);
    if (event.output.type === "note") options.onNote(event.output.text);
    else inbox.put(event.output);
  });
  const ended = new Promise((resolve4) => {
    child.once("error", (error) => {
      said = error.message;
      inbox.lose(options.explain(said));
      resolve4();
    });
    child.once("close", (code, signal) => {
      if (!synced) inbox.lose(options.explain(said));
      else if (!closing) {
        inbox.lose(
          new Problem({
            what: "the engine ended before it was told to",
            why: `${signal === null ? `it exited ${code ?? "?"}` : `it was ended by ${signal}`}${said === "" ? "" : `: ${said.trim().slice(-500)}`}`,
            remedy: "lab doctor --clean, then run the command again"
          })
        );
      }
      resolve4();
    });
  });
  const send = (command) => void stdin.write(`${JSON.stringify(command)}
`);
  const hello = await greet(inbox, send, child, () => synced ? "" : options.explain(said).text.why);
  const close = async () => {
    closing = true;
    send({ type: "bye" });
    stdin.end();
    const timer = setTimeout(() => child.kill("SIGKILL"), END);
    await ended;
    clearTimeout(timer);
  };
  return {
    target: options.target,
    description: options.describe(hello.facts),
    facts: hello.facts,
    factor: hello.factor,
    run: (request, signal) => runOn(request, signal, inbox, send),
    close,
    [Symbol.asyncDispose]: close
  };
}
async function greet(inbox, send, child, why) {
  send({ type: "hello", protocol: PROTOCOL });
  const timer = setTimeout(() => {
    inbox.lose(
      new Problem({
        what: `the engine did not answer within ${HELLO / 1e3} s`,
        why: why(),
        remedy: "run the command again; if it stays, lab doctor"
      })
    );
    child.kill("SIGKILL");
  }, HELLO);
  try {
    const event = await inbox.take();
    if (event.type === "fault") throw problemOf(event);
    if (event.type !== "hello")
      throw new Problem({ what: `the engine began with "${event.type}" and not with "hello"` });
    if (event.protocol !== PROTOCOL) {
      throw new Problem({
        what: `the engine speaks version ${event.protocol} of the protocol, this lab version ${PROTOCOL}`,
        remedy: "npm run build"
      });
    }
    return event;
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
function problemOf(event) {
  const { cause, what, why, remedy, detail } = event.fault;
  if (cause === "bug") throw new Error(what, { cause: detail });
  return new Problem({ what, why, remedy });
}
async function* runOn(request, signal, inbox, send) {
  const run = randomBytes(4).toString("hex");
  const { source, spec, toolchain, cache, ...rest } = request;
  const cancel = () => send({ type: "cancel", run });
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    send({ type: "put", digest: source.digest, files: source.files });
    send({ type: "run", run, ...rest, component: { source: source.digest, spec, toolchain, cache } });
    if (signal?.aborted === true) cancel();
    for (; ; ) {
      const event = await inbox.take();
      if ("run" in event && event.run !== run) continue;
      if (event.type === "stored" || event.type === "hello") continue;
      yield event;
      if (event.type === "run-done" || event.type === "fault") return;
    }
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}
var HELLO, END, Inbox;
var init_engine_client = __esm({
  "src/targets/engine-client.ts"() {
    "use strict";
    init_protocol();
    init_problem();
    HELLO = 2e4;
    END = 15e3;
    Inbox = class {
      #waiting = [];
      #events = [];
      #lost;
      put(event) {
        const reader = this.#waiting.shift();
        if (reader === void 0) this.#events.push(event);
        else reader(event);
      }
      /** No event comes any more; readers get the reason. The first reason stays. */
      lose(problem) {
        this.#lost ??= problem;
        for (const reader of this.#waiting.splice(0)) reader(this.#lost);
      }
      async take() {
        const ready = this.#events.shift();
        if (ready !== void 0) return ready;
        if (this.#lost !== void 0) throw this.#lost;
        const event = await new Promise((resolve4) => this.#waiting.push(resolve4));
        if (event instanceof Problem) throw event;
        return event;
      }
    };
  }
});

// src/targets/local.ts
var local_exports = {};
__export(local_exports, {
  cacheRoot: () => cacheRoot,
  connectLocal: () => connectLocal,
  launcher: () => launcher,
  userNamespacesOff: () => userNamespacesOff
});
import { spawn } from "node:child_process";
import { existsSync as existsSync5, readFileSync as readFileSync2 } from "node:fs";
import { homedir, release } from "node:os";
import { join as join6 } from "node:path";
function cacheRoot(environment, root3) {
  const base = environment["XDG_CACHE_HOME"];
  if (base !== void 0 && base.startsWith("/")) return join6(base, "drydock");
  return root3 ? "/var/cache/drydock" : join6(homedir(), ".cache", "drydock");
}
function userNamespacesOff(read2) {
  const value = (path) => read2(path)?.trim();
  if (value("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") === "1") {
    return {
      why: "AppArmor restricts unprivileged user namespaces (kernel.apparmor_restrict_unprivileged_userns = 1)",
      remedy: "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    };
  }
  if (value("/proc/sys/kernel/unprivileged_userns_clone") === "0") {
    return {
      why: "the kernel forbids unprivileged user namespaces (kernel.unprivileged_userns_clone = 0)",
      remedy: "sudo sysctl -w kernel.unprivileged_userns_clone=1"
    };
  }
  if (value("/proc/sys/user/max_user_namespaces") === "0") {
    return {
      why: "no user namespace may be made (user.max_user_namespaces = 0)",
      remedy: "sudo sysctl -w user.max_user_namespaces=10000"
    };
  }
  return void 0;
}
function launcher(mode, engine, environment) {
  const user = mode === "user-namespace" ? ["--user", "--map-root-user"] : [];
  const unshare = [
    "unshare",
    ...user,
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
    "--propagation",
    "private"
  ];
  const inner = [...unshare, "--", "sh", "-c", 'exec "$0" "$@" 3>&1 1>&2', ...engine];
  if (mode !== "sudo") return inner;
  const kept = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return ["sudo", "--", "env", ...kept, ...inner];
}
function findMode(requires) {
  if (process.getuid?.() === 0) return "root";
  const off = userNamespacesOff(readIfThere);
  const needsRoot = requires.includes("root");
  if (!needsRoot && off === void 0) return "user-namespace";
  if (onPath("sudo")) return "sudo";
  throw new Problem({
    what: needsRoot ? "this lab needs root on the machine where it runs" : "hosts can not be made without root here",
    why: off?.why,
    remedy: needsRoot ? "install sudo, or run lab as root" : off?.remedy
  });
}
async function connectLocal(options, enginePath) {
  for (const [program, install] of [
    ["unshare", "apt-get install util-linux"],
    ["nsenter", "apt-get install util-linux"],
    ["setpriv", "apt-get install util-linux"],
    ["mount", "apt-get install mount"]
  ]) {
    if (!onPath(program))
      throw new Problem({ what: `${program} is not on PATH; hosts are made with it`, remedy: install });
  }
  const mode = findMode(options.requires);
  const environment = { PATH: process.env["PATH"] ?? "", HOME: homedir() };
  const engine = [process.execPath, enginePath, "--cache", cacheRoot(process.env, mode !== "user-namespace")];
  const [command = "", ...args] = launcher(mode, engine, environment);
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], detached: mode !== "sudo", cwd: "/" });
  return meetEngine(child, {
    target: "local",
    describe: (facts) => describe2(facts, mode),
    explain: (said) => explain3(said, mode),
    onNote: options.onNote ?? (() => void 0)
  });
}
function describe2(facts, mode) {
  return `this machine (Linux ${facts.kernel.split(".").slice(0, 2).join(".")}, ${HOW[mode]})`;
}
function explain3(said, mode) {
  const why = said.trim() === "" ? `Linux ${release()} gave no reason` : said.trim().slice(-500);
  if (mode === "sudo") {
    return new Problem({
      what: "the engine could not be started through sudo",
      why,
      remedy: "sudo true, then run the command again"
    });
  }
  const remedy = mode === "root" ? "in a container, start it with --privileged; else run lab on the machine itself" : userNamespacesOff(readIfThere)?.remedy ?? "run lab as root, or on a machine that allows user namespaces";
  return new Problem({ what: "this machine did not let the engine make its namespaces", why, remedy });
}
var readIfThere, onPath, HOW;
var init_local = __esm({
  "src/targets/local.ts"() {
    "use strict";
    init_problem();
    init_engine_client();
    readIfThere = (path) => existsSync5(path) ? readFileSync2(path, "utf8") : void 0;
    onPath = (program) => (process.env["PATH"] ?? "").split(":").some((folder) => existsSync5(join6(folder, program)));
    HOW = {
      root: "as root",
      "user-namespace": "in a user namespace, without root",
      sudo: "root through sudo"
    };
  }
});

// src/workspace/schema.ts
var schema_exports2 = {};
__export(schema_exports2, {
  AnyFormat: () => AnyFormat,
  ComponentFile: () => ComponentFile,
  WorkspaceFile: () => WorkspaceFile
});
import * as v6 from "valibot";
var Name2, Folder, AnyFormat, WorkspaceFile, Argv2, Command2, ComponentFile;
var init_schema2 = __esm({
  "src/workspace/schema.ts"() {
    "use strict";
    init_schema();
    Name2 = v6.pipe(v6.string(), v6.regex(/^[a-z][a-z0-9-]*$/, "must be lower-case letters, digits and dashes"));
    Folder = v6.pipe(
      v6.string(),
      v6.regex(/^(?!\.)[^/\\\0]+(?:\/(?!\.)[^/\\\0]+)*$/, "must be a folder below the workspace, for example init")
    );
    AnyFormat = v6.looseObject({ format: v6.unknown() });
    WorkspaceFile = v6.strictObject({
      /** version of this file's format */
      format: v6.literal(1),
      /** version of the course that the workspace was made with */
      course: v6.pipe(v6.string(), v6.regex(/^\d+\.\d+\.\d+$/, "must be MAJOR.MINOR.PATCH")),
      /** where components run: auto, or a target's name */
      target: v6.optional(Name2, "auto"),
      /** the labs that were started: lab id → track and the component's folder */
      labs: v6.optional(v6.record(LabId, v6.strictObject({ track: Name2, component: Folder })), {})
    });
    Argv2 = v6.pipe(
      v6.array(
        v6.pipe(
          v6.string(),
          v6.check((arg) => !arg.includes("\0"), "must not contain a NUL")
        )
      ),
      v6.minLength(1)
    );
    Command2 = v6.union([v6.pipe(v6.string(), v6.trim(), v6.nonEmpty("must not be empty")), Argv2]);
    ComponentFile = v6.strictObject({
      /** the track whose toolchain builds it */
      track: v6.optional(Name2),
      /** fetches dependencies; it has network */
      fetch: v6.optional(Command2),
      /** builds the component; it has no network */
      build: v6.optional(Command2),
      /** the program's argv, or names of programs and their argv; main is the one that is checked */
      run: v6.union([Argv2, v6.record(Name2, Argv2)])
    });
  }
});

// test/labs/trial.ts
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync as readdirSync3, readFileSync as readFileSync4, rmSync as rmSync2 } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join as join10, resolve as resolve3 } from "node:path";

// src/course/course.ts
init_problem();
import { existsSync as existsSync4 } from "node:fs";
import { join as join5, resolve } from "node:path";

// src/course/cache.ts
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
var SHAPE = "006a0b17d92b";
var SETTLED_NS = 2500000000n;
async function cached(file, cachePath, parse) {
  if (cachePath === void 0) return parse();
  const before = stat(file);
  if (before === void 0) return parse();
  const entry = read(cachePath);
  if (entry !== void 0 && sameFile(entry, describe(file, before))) return entry.value;
  const value = await parse();
  const after = stat(file);
  const now = BigInt(Date.now()) * 1000000n;
  if (after !== void 0 && sameFile(describe(file, before), describe(file, after)) && now - after.mtimeNs > SETTLED_NS) {
    write(cachePath, { ...describe(file, after), value });
  }
  return value;
}
function describe(file, { size, mtimeNs }) {
  return { shape: SHAPE, file, size: String(size), mtimeNs: String(mtimeNs) };
}
function sameFile(a, b) {
  return a.shape === b.shape && a.file === b.file && a.size === b.size && a.mtimeNs === b.mtimeNs;
}
function stat(file) {
  try {
    return statSync(file, { bigint: true });
  } catch {
    return void 0;
  }
}
function read(cachePath) {
  try {
    const entry = JSON.parse(readFileSync(cachePath, "utf8"));
    return typeof entry === "object" && entry !== null && "value" in entry ? entry : void 0;
  } catch {
    return void 0;
  }
}
function write(cachePath, entry) {
  const aside = `${cachePath}.${String(process.pid)}.tmp`;
  try {
    mkdirSync(dirname(cachePath), { recursive: true });
    writeFileSync(aside, JSON.stringify(entry));
    renameSync(aside, cachePath);
  } catch {
    discard(aside);
  }
}
function discard(aside) {
  try {
    rmSync(aside, { force: true });
  } catch {
  }
}

// src/course/cache-place.ts
import { existsSync } from "node:fs";
import { join } from "node:path";
function cachePathOf(root3, key, { cacheDir }) {
  if (cacheDir === false) return void 0;
  const dist = join(root3, "dist");
  const dir = cacheDir ?? (existsSync(dist) ? join(dist, "course-cache") : void 0);
  return dir === void 0 ? void 0 : join(dir, `${key.replaceAll(/[ /]/g, "+")}.json`);
}

// src/course/layout.ts
import { join as join2 } from "node:path";
function labDir(root3, id) {
  return join2(root3, "labs", ...id.split("/"));
}
function trackDir(root3, id) {
  return join2(root3, "labs", "tracks", id);
}
function starterLayers(root3, lab, track) {
  const given = join2(labDir(root3, lab), "given");
  return [join2(trackDir(root3, track), "template"), join2(given, track), join2(given, "common")];
}

// src/course/find-lab.ts
init_problem();
init_nearest();
function findLab(course, said) {
  const id = renamed(course.renames, said);
  const exact = course.labs.find((lab) => lab.id === id);
  if (exact) return exact;
  const named = course.labs.filter((lab) => lab.name === id);
  if (named.length === 1 && named[0]) return named[0];
  throw new Problem(
    { what: `There is no lab ${said}.`, ...named.length > 1 ? ambiguous(named) : didYouMean(course, id) },
    EXIT.usage
  );
}
function ambiguous(named) {
  const ids = named.map((lab) => lab.id);
  return { why: `Several labs have that name: ${ids.join(", ")}.`, remedy: "Name the stage too." };
}
function didYouMean(course, said) {
  const meant = nearest(
    said,
    said.includes("/") ? course.labs.map((lab2) => lab2.id) : course.labs.map((lab2) => lab2.name)
  );
  const lab = course.labs.find((lab2) => lab2.id === meant || lab2.name === meant);
  return { ...lab && { why: `Did you mean ${lab.id}?` }, remedy: "List the labs with: lab status" };
}
function renamed(renames, id) {
  let now = id;
  for (let hops = 0; hops < 20 && Object.hasOwn(renames, now); hops++) now = renames[now] ?? now;
  return now;
}

// src/course/lab.ts
init_problem();
import { existsSync as existsSync2 } from "node:fs";
import { join as join3 } from "node:path";
init_findings();
init_nearest();
async function loadLab(course, id, options = {}) {
  const summary = findLab(course, id);
  if (summary.planned) throw notWritten(course, summary);
  const path = join3(summary.dir, "lab.yaml");
  const parse = async (check3) => {
    const [{ readYaml: readYaml2 }, { LabFile: LabFile2 }] = await Promise.all([Promise.resolve().then(() => (init_yaml(), yaml_exports)), Promise.resolve().then(() => (init_schema(), schema_exports))]);
    return readYaml2(path, LabFile2, { check: check3 });
  };
  const file = await cached(path, cachePathOf(course.root, `lab ${summary.id}`, options), () => parse(labFindings));
  const outside = (file2) => [
    ...usesFindings(file2, course, summary.id),
    ...missingFiles(course.root, summary.id, file2)
  ];
  if (outside(file).length > 0) await parse(outside);
  return labOf(summary, file);
}
function labOf(summary, file) {
  const steps = file.steps.map(({ id, title: title2, checks }, i) => {
    return { id, title: title2, number: i + 1, checks: checks.map((check3) => ({ ...check3, step: i + 1 })) };
  });
  const { title, contract, builds, standard, uses } = file;
  const tracks = Object.entries(file.tracks).map(([id, { entry }]) => ({ id, entry }));
  const points = steps.flatMap((step) => step.checks).reduce((sum, check3) => sum + check3.points, 0);
  return { ...summary, title, contract, builds, standard, uses, tracks, steps, points };
}
function missingFiles(root3, lab, { tracks }) {
  return Object.entries(tracks).flatMap(([id, { entry }]) => {
    if (!existsSync2(join3(trackDir(root3, id), "track.yaml"))) {
      return [
        {
          path: ["tracks", id],
          on: "key",
          message: `There is no track ${id}: labs/tracks/${id}/track.yaml is missing.`
        }
      ];
    }
    if (starterLayers(root3, lab, id).some((layer) => existsSync2(join3(layer, entry)))) return [];
    const message = `Neither the template of track ${id} nor what the lab gives has the file ${entry}.`;
    return [{ path: ["tracks", id, "entry"], message }];
  });
}
function notWritten(course, lab) {
  const written = course.labs.filter((l) => !l.planned);
  const nextBest = written.find((l) => l.number > lab.number) ?? written.at(-1);
  return new Problem(
    {
      what: `Lab ${lab.id} is not written yet.`,
      why: `It is planned as lab ${String(lab.number)} of ${String(course.labs.length)}: ${lab.title}.`,
      remedy: nextBest ? `Start one that exists: lab start ${nextBest.id}` : "See what is planned with: lab status"
    },
    EXIT.usage
  );
}

// src/course/track.ts
init_problem();
import { existsSync as existsSync3, readdirSync } from "node:fs";
import { join as join4 } from "node:path";
init_nearest();
async function loadTrack(course, id, options = {}) {
  const known = trackIds(course.root);
  if (!known.includes(id)) throw unknownTrack(id, known);
  const path = join4(trackDir(course.root, id), "track.yaml");
  const file = await cached(path, cachePathOf(course.root, `track ${id}`, options), async () => {
    const [{ readYaml: readYaml2 }, { TrackFile: TrackFile2 }] = await Promise.all([Promise.resolve().then(() => (init_yaml(), yaml_exports)), Promise.resolve().then(() => (init_schema(), schema_exports))]);
    return readYaml2(path, TrackFile2);
  });
  const { title, program, locate, paths, env, install } = file;
  return {
    id,
    title,
    program,
    install,
    template: join4(trackDir(course.root, id), "template"),
    toolchain: (platform = thisPlatform()) => ({ id, program, locate, paths, env, install: install[platform] })
  };
}
function trackIds(root3) {
  const tracks = join4(root3, "labs", "tracks");
  if (!existsSync3(tracks)) return [];
  return readdirSync(tracks).filter((name) => existsSync3(join4(tracks, name, "track.yaml"))).sort();
}
function unknownTrack(id, known) {
  const meant = nearest(id, known);
  return new Problem(
    {
      what: `There is no track ${id}.`,
      why: meant ? `Did you mean ${meant}?` : `The course has ${known.length > 0 ? known.join(", ") : "none"}.`,
      remedy: "Choose one with: lab start --track NAME"
    },
    EXIT.usage
  );
}
function thisPlatform() {
  if (process.platform === "darwin") return "macos";
  return existsSync3("/etc/debian_version") ? "debian" : "other";
}

// src/course/course.ts
async function loadCourse(root3, options = {}) {
  const dir = resolve(root3);
  const path = join5(dir, "labs", "course.yaml");
  if (!existsSync4(path)) {
    throw new Problem(
      {
        what: `${dir} is not a course.`,
        where: path,
        why: "It holds no labs/course.yaml.",
        remedy: "Name the folder of a course with --course DIR, or leave the flag out."
      },
      EXIT.environment
    );
  }
  const file = await cached(path, cachePathOf(dir, "course", options), async () => {
    const [{ readYaml: readYaml2 }, { CourseFile: CourseFile2 }, { courseFindings: courseFindings2 }] = await Promise.all([
      Promise.resolve().then(() => (init_yaml(), yaml_exports)),
      Promise.resolve().then(() => (init_schema(), schema_exports)),
      Promise.resolve().then(() => (init_findings(), findings_exports))
    ]);
    return readYaml2(path, CourseFile2, { check: courseFindings2 });
  });
  return courseOf(dir, file);
}
function courseOf(root3, { title, version, stages, renames }) {
  const labs = [];
  const summaries = stages.map((stage) => {
    const first = labs.length;
    for (const { id, title: title2 } of stage.labs) {
      const name = id.slice(id.indexOf("/") + 1);
      const dir = labDir(root3, id);
      const planned = !existsSync4(join5(dir, "lab.yaml"));
      labs.push({ id, stage: stage.id, name, number: labs.length + 1, title: title2, planned, dir });
    }
    return { id: stage.id, title: stage.title, labs: labs.slice(first) };
  });
  return { root: root3, title, version, stages: summaries, labs, renames };
}

// src/targets/connect.ts
init_problem();
import { join as join7 } from "node:path";
var TARGETS = ["local"];
async function connect(options) {
  if (options.target !== "auto" && options.target !== "local") {
    throw new Problem(
      { what: `there is no target "${options.target}"`, why: `targets are: auto, ${TARGETS.join(", ")}` },
      EXIT.usage
    );
  }
  if (process.platform !== "linux") {
    throw new Problem({
      what: `components run on Linux, and this machine runs ${process.platform}`,
      remedy: "run lab on a Linux machine, in WSL2 or in a Linux VM"
    });
  }
  const { connectLocal: connectLocal2 } = await Promise.resolve().then(() => (init_local(), local_exports));
  return connectLocal2(options, join7(options.root, "dist", "engine.cjs"));
}

// src/workspace/component.ts
init_problem();
import { existsSync as existsSync6 } from "node:fs";
import { join as join8 } from "node:path";
var COMPONENT_FILE = "component.yaml";
async function readComponent(dir) {
  const path = join8(dir, COMPONENT_FILE);
  if (!existsSync6(path)) throw noComponent(dir, path);
  const [{ readYaml: readYaml2 }, { ComponentFile: ComponentFile2 }] = await Promise.all([Promise.resolve().then(() => (init_yaml(), yaml_exports)), Promise.resolve().then(() => (init_schema2(), schema_exports2))]);
  return componentOf(await readYaml2(path, ComponentFile2, { check: componentFindings }));
}
function componentOf({ track, fetch, build, run }) {
  return {
    ...track !== void 0 && { track },
    spec: {
      ...fetch !== void 0 && { fetch: argvOf(fetch) },
      ...build !== void 0 && { build: argvOf(build) },
      run: Array.isArray(run) ? { main: run } : run
    }
  };
}
function argvOf(command) {
  return typeof command === "string" ? ["sh", "-c", command] : command;
}
function componentFindings({ run }) {
  const programs = Array.isArray(run) ? { main: run } : run;
  const findings = Object.entries(programs).flatMap(([name, [program]]) => {
    const path = Array.isArray(run) ? ["run", 0] : ["run", name, 0];
    return program === "" ? [{ path, message: "The program to run must not be empty." }] : [];
  });
  if (!Object.hasOwn(programs, "main")) {
    findings.push({
      path: ["run"],
      message: "run names no program main, which is the one that is checked.",
      remedy: "Add it, for example: main: [./init]"
    });
  }
  return findings;
}
function noComponent(dir, path) {
  return new Problem(
    {
      what: existsSync6(dir) ? `${dir} is not a component.` : `The component's folder ${dir} does not exist.`,
      where: path,
      why: `It has no ${COMPONENT_FILE}, which says how it is built and run.`,
      remedy: "Bring the file back (git checkout), or put the starter in place again with: lab reset"
    },
    EXIT.environment
  );
}

// src/workspace/source.ts
init_file_problem();
init_problem();
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync as readFileSync3 } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

// src/workspace/source-list.ts
init_file_problem();
init_problem();
import { lstatSync, readdirSync as readdirSync2, readlinkSync, realpathSync, statSync as statSync2 } from "node:fs";
import { join as join9, sep } from "node:path";
var Changed = class extends Error {
  constructor(path) {
    super(`${path} changed while it was read`);
    this.path = path;
  }
  path;
};
var LEFT_OUT = /* @__PURE__ */ new Set([".git", "node_modules", "__pycache__", ".venv"]);
var MAX_ENTRIES = 2e4;
function listSource(dir) {
  const root3 = realpathSync(dir);
  const files = [];
  const walk = (real, prefix, above) => {
    if (above.includes(real)) throw badLink(prefix.slice(0, -1), "It leads to a folder that it lies in.");
    const names = entriesOf(real, prefix || ".");
    const cargo = names.some((entry) => entry.name === "Cargo.toml");
    for (const entry of names) {
      if (files.length >= MAX_ENTRIES) return;
      const path = prefix + entry.name;
      if (entry.name.includes("\uFFFD")) throw notUtf8(path);
      const found = resolve2(root3, join9(real, entry.name), path, entry);
      if (found === void 0) continue;
      if (found.folder) {
        if (!LEFT_OUT.has(entry.name) && !(cargo && entry.name === "target"))
          walk(found.real, `${path}/`, [...above, real]);
      } else if (path !== "LESSON.md" && entry.name !== ".DS_Store") {
        files.push({ path, real: found.real, size: found.size });
      }
    }
  };
  walk(root3, "", []);
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}
function resolve2(root3, full, path, entry) {
  if (entry.isDirectory()) return { real: full, folder: true, size: 0 };
  try {
    if (entry.isFile()) return { real: full, folder: false, size: lstatSync(full).size };
    if (!entry.isSymbolicLink() || LEFT_OUT.has(entry.name)) return void 0;
    return follow(root3, full, path, entry);
  } catch (error) {
    if (errno(error) === "ENOENT") throw new Changed(path);
    throw error;
  }
}
function follow(root3, full, path, entry) {
  let real;
  try {
    real = realpathSync(full);
  } catch (error) {
    const code = errno(error);
    if (code === "ELOOP") throw badLink(path, "It leads to itself.");
    if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
    if (entry.name.startsWith(".#")) return void 0;
    throw badLink(path, `It leads to ${readlinkSync(full)}, which does not exist.`);
  }
  if (real !== root3 && !real.startsWith(root3 + sep)) throw badLink(path, `It leads outside the component, to ${real}.`);
  const stat2 = statSync2(real);
  if (stat2.isDirectory()) return { real, folder: true, size: 0 };
  return stat2.isFile() ? { real, folder: false, size: stat2.size } : void 0;
}
function entriesOf(dir, path) {
  try {
    return readdirSync2(dir, { withFileTypes: true });
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errno(error) ?? "") && path !== ".") throw new Changed(path);
    throw fileProblem(error, `Cannot read the folder ${path} of the component.`, dir);
  }
}
function badLink(path, why) {
  return new Problem({
    what: `The symbolic link ${path} cannot be part of a component.`,
    where: path,
    why,
    remedy: "Replace it by a copy of what it leads to, or remove it."
  });
}
function notUtf8(path) {
  return new Problem({
    what: `The name ${path} is not UTF-8.`,
    where: path,
    why: "The names of source files travel as text.",
    remedy: "Rename the file."
  });
}

// src/workspace/source-limits.ts
init_problem();
var MAX_FILES = 2e3;
var MAX_SOURCE = 16 * 1024 * 1024;
var SHOWN2 = 5;
function refuseTooMuch(dir, files) {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (size > MAX_SOURCE) {
    const largest = top(files.map((file) => [file.path, file.size]));
    throw tooMuch(
      dir,
      `Its files have ${mebibytes(size)}; ${mebibytes(MAX_SOURCE)} is the limit. The largest:`,
      largest.map(([path, bytes]) => `${mebibytes(bytes).padStart(10)}  ${path}`)
    );
  }
  if (files.length > MAX_FILES) {
    const counts = /* @__PURE__ */ new Map();
    for (const { path } of files) {
      const folder = path.includes("/") ? `${path.slice(0, path.indexOf("/"))}/` : ".";
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    throw tooMuch(
      dir,
      `It has ${String(files.length)} files or more; ${String(MAX_FILES)} is the limit. Most are in:`,
      top([...counts]).map(([folder, count]) => `${String(count).padStart(10)}  ${folder}`)
    );
  }
}
function top(sizes) {
  return [...sizes].sort((a, b) => b[1] - a[1]).slice(0, SHOWN2);
}
function tooMuch(dir, why, offenders) {
  return new Problem({
    what: "The component is too large to be checked.",
    where: dir,
    why: [why, ...offenders].join("\n"),
    remedy: "Remove build outputs and data, or keep them outside the component."
  });
}
function mebibytes(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

// src/workspace/source.ts
var ATTEMPTS = 6;
async function packSource(dir) {
  for (let attempt = 1; ; attempt++) {
    try {
      return pack(dir);
    } catch (error) {
      if (!(error instanceof Changed)) throw fileProblem(error, `Cannot read the component ${dir}.`, dir);
      if (attempt === ATTEMPTS) throw keepsChanging(error);
    }
    await sleep(20 * attempt);
  }
}
function pack(dir) {
  const listed = listSource(dir);
  refuseTooMuch(dir, listed);
  const hash = createHash("sha256");
  const files = listed.map((file) => {
    const { data, mode } = readStable(file);
    hash.update(`${file.path}\0${mode.toString(8)}\0${String(data.length)}\0`).update(data);
    return { path: file.path, mode, data: data.toString("base64") };
  });
  return { digest: hash.digest("hex"), files };
}
function readStable(file) {
  const fd = open(file);
  try {
    const before = fstatSync(fd, { bigint: true });
    if (!before.isFile() || Number(before.size) !== file.size) throw new Changed(file.path);
    const data = readFileSync3(fd);
    const after = fstatSync(fd, { bigint: true });
    const same = before.mtimeNs === after.mtimeNs && before.ctimeNs === after.ctimeNs && data.length === file.size;
    if (!same) throw new Changed(file.path);
    return { data, mode: Number(before.mode) & 511 };
  } finally {
    closeSync(fd);
  }
}
function open({ path, real }) {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    return openSync(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP", "ENXIO"].includes(errno(error) ?? "")) throw new Changed(path);
    throw fileProblem(error, `Cannot read ${path}.`, real);
  }
}
function keepsChanging({ path }) {
  return new Problem({
    what: "The component changes while it is read.",
    where: path,
    why: `It was read ${String(ATTEMPTS)} times, and a file changed or vanished each time.`,
    remedy: "Stop what writes there (a build in watch mode, a formatter), or let it write elsewhere."
  });
}

// test/labs/trial.ts
var root = resolve3(import.meta.dirname, "../..");
var rejected = (trial) => trial.buildFailed === void 0 ? trial.results.filter((r) => r.verdict !== "passed").map((r) => r.check) : ["build"];
var told = (trial) => trial.results.filter((r) => r.verdict !== "passed").map(
  (r) => `${r.check} ${r.verdict}: ${r.failure?.expected ?? r.fault?.what ?? ""} / ${r.failure?.observed ?? r.fault?.detail ?? ""}`
).join("\n") + (trial.buildFailed ?? "");
var Bench = class _Bench {
  #engine;
  #lab;
  constructor(engine, lab) {
    this.#engine = engine;
    this.#lab = lab;
  }
  static async open(lab) {
    return new _Bench(await connect({ root, target: "local", requires: ["namespaces"] }), lab);
  }
  close() {
    return this.#engine.close();
  }
  /** Runs every check (or those of the steps named) on the component in a folder. */
  async component(folder, options = {}) {
    const { track, spec } = await readComponent(folder);
    return this.#run(await packSource(folder), spec, track, options);
  }
  /** Runs every check on a program that is there already, for example `['tini']`. */
  program(argv, options = {}) {
    return this.#run({ digest: "none", files: [] }, { run: { main: argv } }, void 0, options);
  }
  async #run(source, spec, track, options) {
    const course = await loadCourse(root);
    const lab = await loadLab(course, this.#lab);
    const steps = lab.steps.filter((step) => options.steps?.includes(step.id) ?? true);
    const trial = { results: [], buildFailed: void 0, ms: 0, cpuMs: 0 };
    const order = steps.flatMap((step) => step.checks.map((check3) => check3.id));
    for await (const event of this.#engine.run({
      lab: this.#lab,
      checkers: join10(root, "dist", "checkers", `${this.#lab}.cjs`),
      checks: order.map((id) => ({ id, needs: [] })),
      seed: options.seed ?? "test",
      source,
      spec,
      toolchain: track === void 0 ? void 0 : (await loadTrack(course, track)).toolchain(),
      cache: "trials",
      hidden: [root]
    })) {
      if (event.type === "check-done") trial.results.push(event.result);
      if (event.type === "build" && event.state === "failed") {
        trial.buildFailed = `${event.command ?? ""} ${event.ended ?? ""}
${event.output ?? ""}`;
      }
      if (event.type === "fault")
        throw new Error(`${event.fault.what}: ${event.fault.why ?? ""} ${event.fault.detail ?? ""}`);
      if (event.type === "run-done") Object.assign(trial, { ms: event.ms, cpuMs: event.cpuMs });
    }
    trial.results.sort((a, b) => order.indexOf(a.check) - order.indexOf(b.check));
    return trial;
  }
};
function readMutant(path) {
  const field = (name) => new RegExp(`^${name}: (.*)$`, "m").exec(readFileSync4(path, "utf8"))?.[1]?.trim() ?? "";
  return {
    name: basename(path, ".patch"),
    path,
    solution: field("Solution"),
    requirement: field("Requirement"),
    kills: field("Kills").split(",").map((id) => id.trim())
  };
}
var mutantsOf = (lab) => readdirSync3(join10(root, "labs", lab, "mutants")).sort().map((name) => readMutant(join10(root, "labs", lab, "mutants", name)));
async function withMutant(lab, mutant, use) {
  const folder = mkdtempSync(join10(tmpdir(), "mutant-"));
  try {
    cpSync(join10(root, "labs", lab, "solutions", mutant.solution), folder, { recursive: true });
    execFileSync("git", ["apply", mutant.path], {
      cwd: folder,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: folder }
    });
    return await use(folder);
  } finally {
    rmSync2(folder, { recursive: true, force: true });
  }
}

// ../../root/scratch/kills.mts
import { readFileSync as readFileSync5, writeFileSync as writeFileSync2 } from "node:fs";
var bench = await Bench.open("linux/init");
var only = process.argv.slice(3);
var rounds = Number(process.argv[2]);
for (const m of mutantsOf("linux/init")) {
  if (only.length && !only.includes(m.name)) continue;
  const sets = /* @__PURE__ */ new Set();
  const s = performance.now();
  let last;
  for (let n = 0; n < rounds; n++) {
    const t = await withMutant("linux/init", m, (f) => bench.component(f, { seed: "s" + n }));
    last = t;
    sets.add(rejected(t).join(", "));
  }
  const got = [...sets];
  console.log(got.length === 1 ? got[0] === m.kills.join(", ") ? "ok   " : "NEW  " : "VARY ", m.name, m.solution, Math.round((performance.now() - s) / rounds) + "ms", got.join(" | "));
  if (got.length === 1 && got[0] && got[0] !== "build") writeFileSync2(m.path, readFileSync5(m.path, "utf8").replace(/^Kills: .*$/m, "Kills: " + got[0]));
  if (got[0] === "build") console.log(told(last));
}
await bench.close();
