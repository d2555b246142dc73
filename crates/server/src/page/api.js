// Requests to the server, with the token, and its problems as errors.

import { readToken } from './token.js';

const LONGEST_WAIT = 20_000; // ms

// Why there is no response: `status` is the HTTP status, or 0 if the server was not reached.
export class ApiProblem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }

  // Whether the same request may succeed later.
  get isPassing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export function apiPath(path, run, query = {}) {
  const parameters = new URLSearchParams(query);
  if (run) parameters.set('run', run);
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

export async function getJson(path, signal) {
  return readJson(await send(path, { signal: signal ?? AbortSignal.timeout(LONGEST_WAIT) }));
}

export async function postJson(path, value, signal) {
  const headers = { 'content-type': 'application/json' };
  return readJson(await send(path, { method: 'POST', headers, body: JSON.stringify(value), signal: withLimit(signal) }));
}

export async function postFile(path, blob, signal) {
  const headers = { 'content-type': blob.type || 'application/octet-stream' };
  return readJson(await send(path, { method: 'POST', headers, body: blob, signal: withLimit(signal) }));
}

// A response that stays open, for events.
export function openStream(path, signal) {
  return send(path, { headers: { accept: 'text/event-stream' }, signal });
}

function withLimit(signal) {
  const limit = AbortSignal.timeout(LONGEST_WAIT);
  return signal && AbortSignal.any ? AbortSignal.any([signal, limit]) : (signal ?? limit);
}

async function send(path, { headers = {}, ...options }) {
  const token = readToken();
  const sent = token ? { ...headers, authorization: `Bearer ${token}` } : headers;
  let response;
  try {
    response = await fetch(path, { ...options, headers: sent, cache: 'no-store', credentials: 'omit' });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiProblem(0, 'the server does not answer');
  }
  if (!response.ok) throw await readProblem(response);
  return response;
}

async function readJson(response) {
  try {
    return await response.json();
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiProblem(0, 'the response of the server broke off');
  }
}

async function readProblem(response) {
  let detail = `the server responds with status ${response.status}`;
  try {
    detail = (await response.json()).detail ?? detail;
  } catch {
    // A response without a problem in JSON: its status says it all.
  }
  return new ApiProblem(response.status, detail);
}
