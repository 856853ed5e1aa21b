CREATE TABLE "acts" (
	"agreement" text NOT NULL,
	"party" text NOT NULL,
	"act" text NOT NULL,
	"at" bigint NOT NULL,
	"actor" text NOT NULL,
	CONSTRAINT "acts_agreement_party_act_pk" PRIMARY KEY("agreement","party","act")
);
--> statement-breakpoint
CREATE TABLE "agreements" (
	"number" text PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"customer" text NOT NULL,
	"terms" jsonb NOT NULL,
	"zone" text NOT NULL,
	"offered_at" bigint NOT NULL,
	"ended" bigint,
	CONSTRAINT "agreements_host_unique" UNIQUE("host")
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"receipt" text PRIMARY KEY NOT NULL,
	"sale" text NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"method" text NOT NULL,
	"at" bigint NOT NULL,
	"actor" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sales" (
	"number" text PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"name" text NOT NULL,
	"document" text NOT NULL,
	"edition" text NOT NULL,
	"management" text NOT NULL,
	"plan" text NOT NULL,
	"version" integer NOT NULL,
	"from" bigint NOT NULL,
	"to" bigint NOT NULL,
	"price" bigint NOT NULL,
	"currency" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sequences" (
	"name" text PRIMARY KEY NOT NULL,
	"last" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "causes" (
	"id" text PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"cause" text NOT NULL,
	"checks" jsonb NOT NULL,
	"from" bigint NOT NULL,
	"to" bigint NOT NULL,
	"proof" jsonb NOT NULL,
	"actor" text NOT NULL,
	"at" bigint NOT NULL,
	"withdrawn_at" bigint,
	"withdrawn_by" text,
	"withdrawn_reason" text
);
--> statement-breakpoint
CREATE TABLE "domains" (
	"domain" text PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"position" integer NOT NULL,
	"bound_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ftp_accounts" (
	"name" text PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"secret" text NOT NULL,
	"root" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "host_facts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "host_facts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"host" text NOT NULL,
	"kind" text NOT NULL,
	"at" bigint NOT NULL,
	"actor" text NOT NULL,
	"reason" text NOT NULL,
	"rule" text,
	"detail" jsonb,
	"key" text NOT NULL,
	CONSTRAINT "host_facts_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "hosts" (
	"id" text PRIMARY KEY NOT NULL,
	"plan" text NOT NULL,
	"version" integer NOT NULL,
	"customer" text NOT NULL,
	"plane" text NOT NULL,
	"settings" jsonb NOT NULL,
	"revision" bigint NOT NULL,
	"applied_revision" bigint NOT NULL,
	"quarantine" text,
	"shown" boolean NOT NULL,
	"sample" boolean NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plan_stages" (
	"plan" text NOT NULL,
	"version" integer NOT NULL,
	"from" bigint NOT NULL,
	"stage" text NOT NULL,
	"problems" jsonb NOT NULL,
	CONSTRAINT "plan_stages_plan_version_from_pk" PRIMARY KEY("plan","version","from")
);
--> statement-breakpoint
CREATE TABLE "plan_versions" (
	"plan" text NOT NULL,
	"version" integer NOT NULL,
	"name" jsonb NOT NULL,
	"functions" jsonb NOT NULL,
	"price" bigint NOT NULL,
	"currency" text NOT NULL,
	"term_months" integer NOT NULL,
	"created_at" bigint NOT NULL,
	"published_at" bigint,
	CONSTRAINT "plan_versions_plan_version_pk" PRIMARY KEY("plan","version")
);
--> statement-breakpoint
CREATE TABLE "planes" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"token_digest" "bytea" NOT NULL,
	"health" jsonb,
	"seen_at" bigint
);
--> statement-breakpoint
CREATE TABLE "entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"at" bigint NOT NULL,
	"detail" jsonb NOT NULL,
	CONSTRAINT "entries_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "postings" (
	"entry" bigint NOT NULL,
	"line" integer NOT NULL,
	"account" text NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	CONSTRAINT "postings_entry_line_pk" PRIMARY KEY("entry","line")
);
--> statement-breakpoint
CREATE TABLE "deaths" (
	"plane" text NOT NULL,
	"from" bigint NOT NULL,
	"to" bigint NOT NULL,
	CONSTRAINT "deaths_plane_from_pk" PRIMARY KEY("plane","from")
);
--> statement-breakpoint
CREATE TABLE "host_days" (
	"host" text NOT NULL,
	"day" bigint NOT NULL,
	"packed" "bytea" NOT NULL,
	CONSTRAINT "host_days_host_day_pk" PRIMARY KEY("host","day")
);
--> statement-breakpoint
CREATE TABLE "logins" (
	"plane" text NOT NULL,
	"file" text NOT NULL,
	"offset" bigint NOT NULL,
	"at" bigint NOT NULL,
	"host" text NOT NULL,
	"account" text NOT NULL,
	"client" text NOT NULL,
	"tls" boolean NOT NULL,
	"outcome" text NOT NULL,
	"took_ms" integer NOT NULL,
	"reply" text NOT NULL,
	CONSTRAINT "logins_plane_file_offset_pk" PRIMARY KEY("plane","file","offset")
);
--> statement-breakpoint
CREATE TABLE "minutes" (
	"plane" text NOT NULL,
	"minute" bigint NOT NULL,
	"part" integer NOT NULL,
	"packed" "bytea" NOT NULL,
	CONSTRAINT "minutes_plane_minute_part_pk" PRIMARY KEY("plane","minute","part")
);
--> statement-breakpoint
CREATE TABLE "misses" (
	"target" text NOT NULL,
	"vantage" text NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "misses_target_vantage_at_pk" PRIMARY KEY("target","vantage","at")
);
--> statement-breakpoint
CREATE TABLE "outages" (
	"host" text NOT NULL,
	"check" text NOT NULL,
	"from" bigint NOT NULL,
	"to" bigint,
	"first_fail" bigint NOT NULL,
	"last_fail" bigint NOT NULL,
	"code" text NOT NULL,
	CONSTRAINT "outages_host_check_from_pk" PRIMARY KEY("host","check","from")
);
--> statement-breakpoint
CREATE TABLE "plane_days" (
	"plane" text NOT NULL,
	"day" bigint NOT NULL,
	"read" "bytea" NOT NULL,
	CONSTRAINT "plane_days_plane_day_pk" PRIMARY KEY("plane","day")
);
--> statement-breakpoint
CREATE TABLE "probers" (
	"id" text PRIMARY KEY NOT NULL,
	"token_digest" "bytea" NOT NULL,
	"key" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "receipts" (
	"prober" text NOT NULL,
	"first_round" bigint NOT NULL,
	"last_round" bigint NOT NULL,
	"every_ms" integer NOT NULL,
	"version" bigint NOT NULL,
	"targets" integer NOT NULL,
	"digest" "bytea" NOT NULL,
	"signature" "bytea" NOT NULL,
	CONSTRAINT "receipts_prober_first_round_pk" PRIMARY KEY("prober","first_round")
);
--> statement-breakpoint
CREATE TABLE "senders" (
	"id" text PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "target_versions" (
	"id" integer PRIMARY KEY NOT NULL,
	"version" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "targets" (
	"id" text PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"check" text NOT NULL,
	"phase" integer NOT NULL,
	"added" bigint NOT NULL,
	"removed" bigint,
	"spec" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "turns" (
	"target" text NOT NULL,
	"vantage" text NOT NULL,
	"at" bigint NOT NULL,
	"result" text NOT NULL,
	"reading" jsonb NOT NULL,
	CONSTRAINT "turns_target_vantage_at_pk" PRIMARY KEY("target","vantage","at")
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"id" text PRIMARY KEY NOT NULL,
	"member" text NOT NULL,
	"kind" text NOT NULL,
	"particulars" jsonb NOT NULL,
	"sample" boolean NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "customers_member_unique" UNIQUE("member")
);
--> statement-breakpoint
CREATE TABLE "providers" (
	"id" text PRIMARY KEY NOT NULL,
	"profile" jsonb NOT NULL,
	"sampled_until" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "statements" (
	"agreement" text NOT NULL,
	"month" text NOT NULL,
	"revision" integer NOT NULL,
	"case_text" text NOT NULL,
	"case_digest" "bytea" NOT NULL,
	"settlement" text NOT NULL,
	"amount" bigint NOT NULL,
	"difference" bigint NOT NULL,
	"currency" text NOT NULL,
	"reason" text,
	"actor" text NOT NULL,
	"made_at" bigint NOT NULL,
	"posted_at" bigint,
	CONSTRAINT "statements_agreement_month_revision_pk" PRIMARY KEY("agreement","month","revision")
);
--> statement-breakpoint
CREATE INDEX "causes_by_host" ON "causes" USING btree ("host","from");--> statement-breakpoint
CREATE INDEX "logins_by_host" ON "logins" USING btree ("host","at");--> statement-breakpoint
CREATE INDEX "targets_by_host" ON "targets" USING btree ("host");