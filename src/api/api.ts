import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import { Refused, refuse } from '../refusal.ts';
import { authRoutes } from './auth.ts';
import { bookRoutes } from './book.ts';
import { described } from './description.ts';
import type { House } from './house.ts';
import { Callers } from './limit.ts';
import { liveRoute } from './live.ts';
import { mount } from './mount.ts';
import { outline } from './outline.ts';
import { refuseUnkeepable } from './plain.ts';
import { routes } from './routes.ts';
import { sendRefusal } from './server.ts';

/** Requests a minute that one caller may make: a person with several open pages stays far below. */
const perMinute = 1200;

/** What is there before the set-up: itself, the description, and what machines ask (`/healthz`). */
const early = /^\/api\/(?:setup(?:\/mail)?|openapi\.json|healthz|readyz)$/;

/** The whole API below the prefix that it is registered with. */
export async function api(server: FastifyInstance, house: House): Promise<void> {
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  // JSON alone: what a plain form of a foreign page can send is never read.
  server.removeContentTypeParser('text/plain');
  const callers = new Callers();
  server.addHook('onResponse', async (request, reply) => callers.note(request, reply.statusCode));
  await server.register(rateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => callers.keyOf(request),
    errorResponseBuilder: (_request, { after }) =>
      new Refused(refuse('requests-too-many', '', `wait ${after}`)),
  });
  await server.register(swagger, outline);
  server.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
  });
  server.addHook('preValidation', async ({ params, query, body }) => {
    const refused = refuseUnkeepable(params) ?? refuseUnkeepable(query) ?? refuseUnkeepable(body);
    if (refused !== null) throw new Refused(refused);
  });
  server.addHook('onRequest', async (request) => {
    const { url = '' } = request.routeOptions;
    if (early.test(url) || !(await house.first.needed())) return;
    throw new Refused(refuse('set-up-needed', '', 'the set-up first: open the link that the start printed'));
  });
  for (const one of routes) mount(server, one, house);
  authRoutes(server, house);
  liveRoute(server, house);
  bookRoutes(server, house);
  server.get('/openapi.json', { schema: { hide: true } }, async () => described(server.swagger(), routes));
  const given = server.errorHandler;
  server.setErrorHandler((error, request, reply) => {
    if (!hasZodFastifySchemaValidationErrors(error)) return given(error, request, reply);
    const [fault] = error.validation;
    const path = (fault?.instancePath ?? '').slice(1).replaceAll('/', '.');
    return sendRefusal(reply, refuse('request-invalid', path, fault?.message ?? 'a well-formed request'));
  });
  server.setNotFoundHandler((_request, reply) =>
    sendRefusal(reply, refuse('route-unknown', 'url', 'a route of /api/openapi.json')),
  );
}
