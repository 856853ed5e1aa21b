import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import fastify, { type FastifySchema } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { described } from './description.ts';
import type { Route } from './route.ts';

/** What the OpenAPI document says of the API as a whole. */
export const outline: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: { title: 'Hostpledge', version: '1', description: 'Everything the product knows and does.' },
    servers: [{ url: '/api' }],
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer hp_…`' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-hostpledge.session_token' },
      },
    },
    security: [{ key: [] }, { session: [] }],
  },
  transform: jsonSchemaTransform,
};

/** A route as Fastify checks it and the document shows it. */
export function schemaOf({ id, summary, params, query, body, status, reply }: Route): FastifySchema {
  return {
    operationId: id,
    summary,
    tags: [id.split('.')[0]!],
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
    response: { [status]: reply },
  };
}

/** The document of these routes without a server that answers: what the console's types are made from. */
export async function outlined(routes: readonly Route[]): Promise<object> {
  const server = fastify();
  server.setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler);
  await server.register(swagger, outline);
  await server.register(
    async (scope) => {
      for (const one of routes) {
        const { method, url } = one;
        scope.route({ method, url, schema: schemaOf(one), handler: async () => null });
      }
    },
    { prefix: '/api' },
  );
  await server.ready();
  return described(server.swagger(), routes);
}
