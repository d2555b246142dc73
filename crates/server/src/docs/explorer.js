// Shows /openapi.json and sends requests. It uses no library, and puts text into the page as text alone.

const METHODS = ["get", "post", "put", "patch", "delete"];
// How much of a response is shown.
const SHOWN = 100_000;

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function resolve(api, value) {
  if (!value?.$ref) return value;
  return value.$ref.split("/").slice(1).reduce((at, key) => at[key], api);
}

// A type in a few words.
function typeName(api, schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  const several = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (several) return [...new Set(several.map((one) => typeName(api, one)))].join(" or ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  const type = [schema.type ?? "any"].flat().join(" or ");
  return schema.items ? `array of ${typeName(api, schema.items)}` : type;
}

// Something that fits the schema.
function example(api, schema, depth = 0) {
  schema = resolve(api, schema) ?? {};
  if (schema.example !== undefined) return schema.example;
  if (schema.enum) return schema.enum[0];
  if (schema.oneOf) return example(api, schema.oneOf.at(-1), depth);
  const type = [schema.type].flat()[0];
  if (type === "object" && depth < 4) {
    const fields = Object.entries(schema.properties ?? {});
    return Object.fromEntries(fields.map(([name, field]) => [name, example(api, field, depth + 1)]));
  }
  if (type === "array") return [example(api, schema.items, depth + 1)];
  if (type === "boolean") return false;
  return type === "string" ? "" : 0;
}

function rows(header, cells) {
  const head = make("tr", {}, ...header.map((text) => make("th", { scope: "col", textContent: text })));
  const body = cells.map((row) => make("tr", {}, ...row.map((text) => make("td", { textContent: text ?? "" }))));
  return make("table", {}, make("thead", {}, head), make("tbody", {}, ...body));
}

function fieldTable(api, schema) {
  const choices = resolve(api, schema)?.oneOf;
  if (choices) return make("div", {}, ...choices.flatMap((choice) => [make("h3", { textContent: choice.title ?? "" }), fieldTable(api, choice)]));
  const fields = Object.entries(resolve(api, schema)?.properties ?? {});
  if (fields.length === 0) return "";
  return rows(["field", "type", ""], fields.map(([name, field]) => [name, typeName(api, field), field.description]));
}

function parameterField(parameter) {
  const isFlag = [parameter.schema?.type].flat().includes("boolean");
  const input = isFlag
    ? make("select", { name: parameter.name }, ...["", "true", "false"].map((value) => make("option", { value, textContent: value })))
    : make("input", { name: parameter.name });
  input.dataset.in = parameter.in;
  return make("label", {}, make("span", { textContent: parameter.name }), input, make("small", { textContent: parameter.description ?? "" }));
}

function bodyFields(api, content) {
  const [type, file] = [make("select", { name: "type" }), make("input", { type: "file", name: "file" })];
  type.append(...Object.keys(content).map((value) => make("option", { value, textContent: value })));
  const text = make("textarea", { name: "text", rows: 6, spellcheck: false });
  text.value = JSON.stringify({ strokes: [[[10, 2], [10, 18]]] });
  const [textLabel, fileLabel] = [make("label", {}, "Body", text), make("label", { hidden: true }, "File", file)];
  type.addEventListener("change", () => {
    textLabel.hidden = type.value !== "application/json";
    fileLabel.hidden = !textLabel.hidden;
  });
  return [make("label", {}, "Media type", type), textLabel, fileLabel];
}

async function show(response, output, stop) {
  output.textContent = `${response.status} ${response.statusText}\n`;
  const isJson = /\bjson\b/.test(response.headers.get("content-type"));
  if (isJson) {
    output.textContent += JSON.stringify(await response.json(), null, 2).slice(0, SHOWN);
    return;
  }
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    output.textContent += decoder.decode(part.value, { stream: true });
    if (output.textContent.length > SHOWN) stop.abort();
  }
}

async function send(path, method, form, output) {
  const headers = {};
  const query = new URLSearchParams();
  for (const field of form.querySelectorAll("[data-in]")) {
    if (field.value && field.dataset.in === "query") query.set(field.name, field.value);
    if (field.value && field.dataset.in === "header") headers[field.name] = field.value;
  }
  const token = document.getElementById("token").value;
  if (token) headers.Authorization = `Bearer ${token}`;
  const stop = new AbortController();
  const options = { method: method.toUpperCase(), headers, signal: stop.signal };
  if (form.elements.type) {
    headers["Content-Type"] = form.elements.type.value;
    options.body = headers["Content-Type"] === "application/json" ? form.elements.text.value : form.elements.file.files[0];
  }
  try {
    await show(await fetch(query.size ? `${path}?${query}` : path, options), output, stop);
  } catch (error) {
    output.textContent += error.name === "AbortError" ? "\n..." : `no response: ${error.message}`;
  }
}

function operationView(api, path, method, operation) {
  const form = make("form", {});
  const output = make("pre", { hidden: true, tabIndex: 0 });
  for (const parameter of operation.parameters ?? []) form.append(parameterField(parameter));
  const content = operation.requestBody?.content;
  if (content) form.append(...bodyFields(api, content));
  form.append(make("button", { textContent: "Send" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    output.hidden = false;
    output.textContent = "...";
    send(path, method, form, output);
  });
  const responses = Object.entries(operation.responses).map(([status, response]) => {
    const schema = Object.values(response.content ?? {})[0]?.schema;
    return [status, response.description, typeName(api, schema)];
  });
  const title = make("summary", {}, make("code", { textContent: `${method.toUpperCase()} ${path}` }), operation.summary ?? "");
  const about = operation.description ? [make("p", { textContent: operation.description })] : [];
  const fields = content ? [fieldTable(api, content["application/json"]?.schema)] : [];
  return make("details", {}, title, ...about, ...fields, form, output, rows(["status", "", "content"], responses));
}

function schemaView(api, name, schema) {
  const sample = JSON.stringify(example(api, schema), null, 2);
  const title = make("summary", {}, make("code", { textContent: name }));
  return make("details", {}, title, make("p", { textContent: schema.description ?? "" }), fieldTable(api, schema), make("pre", { textContent: sample, tabIndex: 0 }));
}

async function start() {
  const main = document.getElementById("operations");
  const api = await (await fetch("/openapi.json")).json();
  document.getElementById("about").textContent = api.info.description ?? "";
  main.textContent = "";
  for (const tag of api.tags ?? []) {
    main.append(make("h2", { textContent: tag.name }), make("p", { textContent: tag.description ?? "" }));
    for (const [path, item] of Object.entries(api.paths)) {
      const methods = METHODS.filter((method) => item[method]?.tags?.includes(tag.name));
      main.append(...methods.map((method) => operationView(api, path, method, item[method])));
    }
  }
  main.append(make("h2", { textContent: "types" }));
  main.append(...Object.entries(api.components?.schemas ?? {}).map(([name, schema]) => schemaView(api, name, schema)));
}

start().catch((error) => {
  document.getElementById("operations").textContent = `The description cannot be read: ${error.message}`;
});
