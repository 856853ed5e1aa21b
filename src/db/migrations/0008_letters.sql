CREATE TABLE "letters" (
	"key" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"address" text NOT NULL,
	"state" text NOT NULL,
	"tries" integer NOT NULL,
	"said" text NOT NULL,
	"message_id" text,
	"at" bigint NOT NULL,
	"tried_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "relays" (
	"id" text PRIMARY KEY NOT NULL,
	"settings" jsonb NOT NULL,
	"sealed" text,
	"at" bigint NOT NULL
);
