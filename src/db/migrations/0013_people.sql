CREATE TABLE "renewal_acts" (
	"key" text PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"ends" bigint NOT NULL,
	"act" text NOT NULL,
	"days" integer,
	"at" bigint NOT NULL,
	"told" jsonb NOT NULL,
	"refused" text
);
--> statement-breakpoint
CREATE TABLE "renewals" (
	"host" text PRIMARY KEY NOT NULL,
	"customer" text NOT NULL,
	"ends" bigint,
	"looks_at" bigint,
	"rules" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "filings" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "filings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"host" text NOT NULL,
	"domain" text NOT NULL,
	"number" text NOT NULL,
	"actor" text NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contact_codes" (
	"id" text PRIMARY KEY NOT NULL,
	"contact" text NOT NULL,
	"customer" text NOT NULL,
	"salt" "bytea" NOT NULL,
	"digest" "bytea" NOT NULL,
	"at" bigint NOT NULL,
	"tries" integer NOT NULL,
	"spent_at" bigint
);
--> statement-breakpoint
CREATE TABLE "contact_facts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "contact_facts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"customer" text NOT NULL,
	"person" text NOT NULL,
	"contact" text,
	"act" text NOT NULL,
	"at" bigint NOT NULL,
	"actor" text NOT NULL,
	"detail" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contact_persons" (
	"id" text PRIMARY KEY NOT NULL,
	"customer" text NOT NULL,
	"name" text NOT NULL,
	"title" text NOT NULL,
	"lang" text NOT NULL,
	"created_at" bigint NOT NULL,
	"removed_at" bigint
);
--> statement-breakpoint
CREATE TABLE "contacts" (
	"id" text PRIMARY KEY NOT NULL,
	"person" text NOT NULL,
	"customer" text NOT NULL,
	"channel" text NOT NULL,
	"value" text NOT NULL,
	"created_at" bigint NOT NULL,
	"verified_at" bigint,
	"bounced_at" bigint,
	"reminded_at" bigint,
	"removed_at" bigint
);
--> statement-breakpoint
CREATE TABLE "identity_checks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "identity_checks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"customer" text NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"sealed" text NOT NULL,
	"masked" text NOT NULL,
	"way" text NOT NULL,
	"note" text NOT NULL,
	"actor" text NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "renewal_acts_by_host" ON "renewal_acts" USING btree ("host","at");--> statement-breakpoint
CREATE INDEX "renewals_by_look" ON "renewals" USING btree ("looks_at");--> statement-breakpoint
CREATE INDEX "renewals_by_end" ON "renewals" USING btree ("ends","host");--> statement-breakpoint
CREATE INDEX "filings_by_host" ON "filings" USING btree ("host","domain","id");--> statement-breakpoint
CREATE INDEX "contact_codes_by_customer" ON "contact_codes" USING btree ("customer","at");--> statement-breakpoint
CREATE INDEX "contact_facts_by_customer" ON "contact_facts" USING btree ("customer","id");--> statement-breakpoint
CREATE INDEX "contact_persons_by_customer" ON "contact_persons" USING btree ("customer");--> statement-breakpoint
CREATE INDEX "contacts_by_customer" ON "contacts" USING btree ("customer");--> statement-breakpoint
CREATE INDEX "contacts_by_value" ON "contacts" USING btree ("value");--> statement-breakpoint
CREATE INDEX "contacts_by_verification" ON "contacts" USING btree ("verified_at");--> statement-breakpoint
CREATE INDEX "identity_checks_by_customer" ON "identity_checks" USING btree ("customer","id");--> statement-breakpoint
create trigger append_only before update or delete or truncate on contact_facts
  for each statement execute function refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete or truncate on identity_checks
  for each statement execute function refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete or truncate on filings
  for each statement execute function refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete or truncate on renewal_acts
  for each statement execute function refuse_change();
--> statement-breakpoint
insert into renewals (host, customer, ends, looks_at, rules)
  select hosts.id, hosts.customer, null, 0, '' from hosts where exists (select 1 from sales where sales.host = hosts.id);
