// Holds recorded answers of the API against the schemas of its OpenAPI document.
// usage: node check-answers.mjs openapi.json answers.ndjson
// A line of answers: {"path": template, "method": "get", "status": 200, "type": media type, "body": JSON or text or null}
// Prints one line for each answer that does not fit, and ends with 1 if there was one.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const [documentFile, answersFile] = process.argv.slice(2);
const openapi = JSON.parse(readFileSync(documentFile, 'utf8'));

// OpenAPI's own words inside schemas (example, discriminator) are not JSON Schema's.
const ajv = new Ajv({ strict: false, allErrors: true });
formats(ajv);
for (const [name, pattern] of Object.entries({ int32: /./, int64: /./, uint32: /./, double: /./ })) ajv.addFormat(name, pattern);
ajv.addSchema(openapi, 'openapi');

const pointer = (...steps) => steps.map(s => '/' + encodeURIComponent(String(s).replaceAll('~', '~0').replaceAll('/', '~1'))).join('');

function resolve(node) {
  if (!node?.$ref) return { node, at: null };
  const steps = node.$ref.slice(2).split('/').map(s => decodeURIComponent(s).replaceAll('~1', '/').replaceAll('~0', '~'));
  return { node: steps.reduce((at, step) => at[step], openapi), at: pointer(...steps) };
}

function problemsOf({ path, method, status, type, body }) {
  const operation = openapi.paths[path]?.[method];
  if (!operation) return [`no such operation`];
  const described = operation.responses[status] ?? operation.responses.default;
  if (!described) return [`status ${status} is not documented`];
  const { node: response, at } = resolve(described);
  if (type === null) return response.content ? [`no body, but ${Object.keys(response.content)} is documented`] : [];
  if (!response.content?.[type]) return [`${type} is not documented for ${status}`];
  const place = at ?? pointer('paths', path, method, 'responses', status);
  const validate = ajv.getSchema(`openapi#${place}${pointer('content', type, 'schema')}`);
  if (!validate) return [];
  // Of newline-delimited JSON the schema describes each line.
  const parts = type.endsWith('ndjson') ? body.split('\n').filter(Boolean).map(line => JSON.parse(line)) : [body];
  return parts.flatMap(part => validate(part) ? [] : validate.errors.map(e => `${e.instancePath || 'body'} ${e.message} ${JSON.stringify(e.params)}`));
}

let bad = 0;
for (const line of readFileSync(answersFile, 'utf8').split('\n').filter(Boolean)) {
  const answer = JSON.parse(line);
  for (const problem of problemsOf(answer)) {
    bad++;
    console.log(`${answer.method.toUpperCase()} ${answer.path} ${answer.status}: ${problem}`);
  }
}
process.exit(bad ? 1 : 0);
