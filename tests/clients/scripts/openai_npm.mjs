// OpenAI's package for JavaScript: node openai_npm.mjs URL KEY; the last line is "ok".
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const [, , baseURL, apiKey] = process.argv;
const client = new OpenAI({ baseURL, apiKey });
const model = 'polyphony/quick';
const messages = [{ role: 'user', content: 'Why is the sea salty?' }];

const names = [];
for await (const each of client.models.list()) names.push(each.id);
assert(names.includes(model));

const { data, response, request_id } = await client.chat.completions
  .create({ model, messages })
  .withResponse();
assert(data.choices[0].message.content.endsWith(' word29'));
assert.equal(request_id, data.polyphony.run);
assert.equal(response.headers.get('x-polyphony-run'), data.polyphony.run);

let text = '';
let usage;
const stream = await client.chat.completions.create({
  model, messages, stream: true, stream_options: { include_usage: true },
});
for await (const chunk of stream) {
  text += chunk.choices[0]?.delta?.content ?? '';
  usage = chunk.usage ?? usage;
}
assert(text.endsWith(' word29'));
assert.equal(usage.total_tokens, 4 * 18);

const parameters = { type: 'object', properties: { city: { type: 'string' } } };
const weather = {
  name: 'get_weather', parameters, parse: JSON.parse, function: ({ city }) => `18 in ${city}`,
};
const ran = await client.chat.completions
  .runTools({ model, messages, tools: [{ type: 'function', function: weather }] })
  .finalContent();
assert(ran.endsWith(' word29'));

const failing = { model: 'polyphony/all-fail', messages };
await assert.rejects(client.chat.completions.create(failing), (error) => {
  assert.equal(error.status, 424);
  assert.equal(error.code, 'panel_failed');
  assert.equal(error.error.polyphony.members.length, 2);
  return true;
});
await assert.rejects(async () => {
  for await (const _ of await client.chat.completions.create({ ...failing, stream: true }));
}, /No model of layer 1 answered/);
console.log('ok');
