CREATE TABLE "copies" (
	"agreement" text NOT NULL,
	"revision" integer NOT NULL,
	"holder" text NOT NULL,
	"file" "bytea" NOT NULL,
	"digest" text NOT NULL,
	"fields" jsonb NOT NULL,
	"changed_at" bigint NOT NULL,
	CONSTRAINT "copies_agreement_revision_holder_pk" PRIMARY KEY("agreement","revision","holder")
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"agreement" text NOT NULL,
	"revision" integer NOT NULL,
	"lang" text NOT NULL,
	"content" text NOT NULL,
	"digest" text NOT NULL,
	"actor" text NOT NULL,
	"made_at" bigint NOT NULL,
	CONSTRAINT "documents_agreement_revision_pk" PRIMARY KEY("agreement","revision")
);
--> statement-breakpoint
CREATE TABLE "signatures" (
	"agreement" text NOT NULL,
	"revision" integer NOT NULL,
	"holder" text NOT NULL,
	"party" text NOT NULL,
	"act" text NOT NULL,
	"at" bigint NOT NULL,
	"actor" text NOT NULL,
	"address" text NOT NULL,
	"agent" text NOT NULL,
	"before" text NOT NULL,
	"after" text NOT NULL,
	"size" integer NOT NULL,
	"subject" text NOT NULL,
	"fingerprint" text NOT NULL,
	"level" text NOT NULL,
	CONSTRAINT "signatures_agreement_revision_holder_party_act_pk" PRIMARY KEY("agreement","revision","holder","party","act")
);
--> statement-breakpoint
CREATE TABLE "signers" (
	"fingerprint" text NOT NULL,
	"party" text NOT NULL,
	"origin" text NOT NULL,
	"subject" text NOT NULL,
	"certificate" "bytea" NOT NULL,
	"chain" jsonb NOT NULL,
	"locked" "bytea" NOT NULL,
	"expires_at" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"retired_at" bigint,
	CONSTRAINT "signers_fingerprint_created_at_pk" PRIMARY KEY("fingerprint","created_at")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "signers_standing" ON "signers" USING btree ("party") WHERE "signers"."retired_at" is null;--> statement-breakpoint
create trigger append_only before update or delete or truncate on documents
  for each statement execute function refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete or truncate on signatures
  for each statement execute function refuse_change();
