// Vercel's AI SDK: node ai_sdk.mjs URL KEY; the last line is "ok".
import assert from 'node:assert/strict';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, Output, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';

const [, , baseURL, apiKey] = process.argv;
const polyphony = createOpenAICompatible({
  name: 'polyphony', baseURL, apiKey, includeUsage: true, supportsStructuredOutputs: true,
});
const model = polyphony('polyphony/quick');
const prompt = 'Why is the sea salty?';

const whole = await generateText({ model, prompt });
assert(whole.text.endsWith(' word29'));
assert.equal(whole.usage.totalTokens, 4 * 18);

const streamed = streamText({
  model, prompt, providerOptions: { polyphony: { polyphony: { expose: 'full' } } },
});
const kinds = {};
for await (const part of streamed.fullStream) {
  assert.notEqual(part.type, 'error', JSON.stringify(part));
  kinds[part.type] = (kinds[part.type] ?? 0) + 1;
}
assert.equal(kinds['reasoning-delta'], 3);
assert((await streamed.text).endsWith(' word29'));

const weather = tool({
  description: 'The weather of a city.',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `18 degrees in ${city}`,
});
const tools = { get_weather: weather };
const ran = await generateText({ model, prompt, tools, stopWhen: stepCountIs(3) });
assert.equal(ran.steps.length, 2);
assert.deepEqual(ran.steps[0].toolCalls[0].input, { city: 'Paris' });

const schema = z.object({ answer: z.string() });
const form = await generateText({ model, prompt, output: Output.object({ schema }) });
assert.deepEqual(form.output, { answer: 'forty two' });

const failing = polyphony('polyphony/all-fail');
await assert.rejects(generateText({ model: failing, prompt, maxRetries: 2 }), (error) => {
  assert.equal(error.statusCode, 424, 'and it was asked once only');
  assert.match(error.message, /No model of layer 1 answered/);
  return true;
});
console.log('ok');
