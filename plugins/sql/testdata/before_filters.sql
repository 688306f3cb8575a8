
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA migrations;

CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;

COMMENT ON EXTENSION vector IS 'vector data type and ivfflat and hnsw access methods';

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE migrations.journal (
    plugin text NOT NULL,
    run_id bigint NOT NULL,
    namespace text NOT NULL,
    hash text NOT NULL,
    statements integer NOT NULL,
    snapshot text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE migrations.runs (
    id bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    duration_ms double precision NOT NULL,
    outcome text NOT NULL,
    attempts integer DEFAULT 1 NOT NULL,
    hash text NOT NULL,
    statements jsonb DEFAULT '[]'::jsonb NOT NULL,
    changes jsonb DEFAULT '[]'::jsonb NOT NULL,
    versions jsonb NOT NULL,
    application_name text DEFAULT current_setting('application_name'::text) NOT NULL,
    role text DEFAULT CURRENT_USER NOT NULL,
    client text DEFAULT COALESCE(host(inet_client_addr()), 'local'::text) NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    CONSTRAINT runs_outcome_check CHECK ((outcome = ANY (ARRAY['applied'::text, 'unchanged'::text, 'refused'::text, 'failed'::text])))
);

ALTER TABLE migrations.runs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME migrations.runs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE migrations.state (
    plugin text NOT NULL,
    namespace text NOT NULL,
    hash text NOT NULL,
    fingerprint text NOT NULL,
    objects jsonb NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.agents (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    server_id uuid,
    name text NOT NULL,
    username text,
    system text DEFAULT ''::text,
    bio jsonb DEFAULT '[]'::jsonb,
    message_examples jsonb DEFAULT '[]'::jsonb NOT NULL,
    post_examples jsonb DEFAULT '[]'::jsonb NOT NULL,
    topics jsonb DEFAULT '[]'::jsonb NOT NULL,
    adjectives jsonb DEFAULT '[]'::jsonb NOT NULL,
    knowledge jsonb DEFAULT '[]'::jsonb NOT NULL,
    plugins jsonb DEFAULT '[]'::jsonb NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    style jsonb DEFAULT '{}'::jsonb NOT NULL
);

CREATE TABLE public.cache (
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    key text NOT NULL,
    value jsonb NOT NULL,
    expires_at timestamp with time zone,
    agent_id uuid NOT NULL
);

CREATE TABLE public.channel_participants (
    entity_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    channel_id uuid NOT NULL
);

CREATE TABLE public.channels (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    source_type text,
    source_id text,
    topic text,
    metadata jsonb,
    message_server_id uuid NOT NULL,
    CONSTRAINT channels_type_check CHECK ((type = ANY (ARRAY['SELF'::text, 'DM'::text, 'GROUP'::text, 'VOICE_DM'::text, 'VOICE_GROUP'::text, 'FEED'::text, 'THREAD'::text, 'WORLD'::text, 'FORUM'::text, 'API'::text])))
);

CREATE TABLE public.components (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    type text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    agent_id uuid NOT NULL,
    room_id uuid NOT NULL,
    world_id uuid,
    source_entity_id uuid,
    entity_id uuid NOT NULL
);

CREATE TABLE public.embeddings (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    dim_384 public.vector(384),
    dim_512 public.vector(512),
    dim_768 public.vector(768),
    dim_1024 public.vector(1024),
    dim_1536 public.vector(1536),
    dim_3072 public.vector(3072),
    memory_id uuid NOT NULL,
    CONSTRAINT embeddings_one_vector_check CHECK ((num_nonnulls(dim_384, dim_512, dim_768, dim_1024, dim_1536, dim_3072) = 1))
);

CREATE TABLE public.entities (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    names text[] DEFAULT '{}'::text[] NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    agent_id uuid NOT NULL
);

CREATE TABLE public.logs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    type text NOT NULL,
    body jsonb DEFAULT '{}'::jsonb NOT NULL,
    agent_id uuid NOT NULL,
    entity_id uuid NOT NULL,
    room_id uuid
);

CREATE TABLE public.memories (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    type text NOT NULL,
    content jsonb NOT NULL,
    "unique" boolean DEFAULT true NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    entity_id uuid,
    agent_id uuid NOT NULL,
    room_id uuid,
    world_id uuid,
    CONSTRAINT document_metadata_check CHECK (
CASE
    WHEN ((metadata ->> 'type'::text) = 'document'::text) THEN (metadata ? 'timestamp'::text)
    ELSE true
END),
    CONSTRAINT fragment_metadata_check CHECK (
CASE
    WHEN ((metadata ->> 'type'::text) = 'fragment'::text) THEN ((metadata ? 'documentId'::text) AND (metadata ? 'position'::text))
    ELSE true
END)
);

CREATE TABLE public.message_server_agents (
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    message_server_id uuid NOT NULL,
    agent_id uuid NOT NULL
);

CREATE TABLE public.message_servers (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    name text NOT NULL,
    source_type text NOT NULL,
    source_id text,
    metadata jsonb
);

CREATE TABLE public.messages (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    author_id uuid NOT NULL,
    content text NOT NULL,
    raw_message jsonb,
    source_type text,
    source_id text,
    metadata jsonb,
    channel_id uuid NOT NULL,
    in_reply_to_root_message_id uuid
);

CREATE TABLE public.participants (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    room_state text,
    entity_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    room_id uuid NOT NULL,
    CONSTRAINT participants_room_state_check CHECK ((room_state = ANY (ARRAY['FOLLOWED'::text, 'MUTED'::text])))
);

CREATE TABLE public.relationships (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    tags text[] DEFAULT '{}'::text[],
    metadata jsonb,
    source_entity_id uuid NOT NULL,
    target_entity_id uuid NOT NULL,
    agent_id uuid NOT NULL
);

CREATE TABLE public.rooms (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    source text NOT NULL,
    type text NOT NULL,
    message_server_id uuid,
    name text,
    metadata jsonb,
    channel_id text,
    agent_id uuid,
    world_id uuid,
    CONSTRAINT rooms_type_check CHECK ((type = ANY (ARRAY['SELF'::text, 'DM'::text, 'GROUP'::text, 'VOICE_DM'::text, 'VOICE_GROUP'::text, 'FEED'::text, 'THREAD'::text, 'WORLD'::text, 'FORUM'::text, 'API'::text])))
);

CREATE TABLE public.tasks (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    name text NOT NULL,
    description text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    room_id uuid,
    world_id uuid,
    entity_id uuid,
    agent_id uuid NOT NULL
);

CREATE TABLE public.worlds (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    name text NOT NULL,
    metadata jsonb,
    message_server_id uuid,
    agent_id uuid NOT NULL
);

INSERT INTO migrations.journal VALUES ('@elizago/sql', 1, 'public', '2b0713bc43a9327694a18c83eb2f44cf17bd087eb3862021d659e7b83025359e', 64, 'CREATE TABLE "public"."agents" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "enabled" boolean NOT NULL DEFAULT true, "server_id" uuid NULL, "name" text NOT NULL, "username" text NULL, "system" text NULL DEFAULT '''', "bio" jsonb NULL DEFAULT ''[]'', "message_examples" jsonb NOT NULL DEFAULT ''[]'', "post_examples" jsonb NOT NULL DEFAULT ''[]'', "topics" jsonb NOT NULL DEFAULT ''[]'', "adjectives" jsonb NOT NULL DEFAULT ''[]'', "knowledge" jsonb NOT NULL DEFAULT ''[]'', "plugins" jsonb NOT NULL DEFAULT ''[]'', "settings" jsonb NOT NULL DEFAULT ''{}'', "style" jsonb NOT NULL DEFAULT ''{}'', PRIMARY KEY ("id"));
CREATE TABLE "public"."cache" ("created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "key" text NOT NULL, "value" jsonb NOT NULL, "expires_at" timestamptz NULL, "agent_id" uuid NOT NULL, PRIMARY KEY ("key", "agent_id"), CONSTRAINT "cache_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE);
CREATE INDEX "idx_cache_agent" ON "public"."cache" ("agent_id");
CREATE INDEX "idx_cache_expires" ON "public"."cache" ("expires_at") WHERE expires_at IS NOT NULL;
CREATE TABLE "public"."message_servers" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "name" text NOT NULL, "source_type" text NOT NULL, "source_id" text NULL, "metadata" jsonb NULL, PRIMARY KEY ("id"));
CREATE TABLE "public"."channels" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "name" text NOT NULL, "type" text NOT NULL, "source_type" text NULL, "source_id" text NULL, "topic" text NULL, "metadata" jsonb NULL, "message_server_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "channels_message_server_id_message_servers_id_fk" FOREIGN KEY ("message_server_id") REFERENCES "public"."message_servers" ("id") ON DELETE CASCADE, CONSTRAINT "channels_type_check" CHECK (type IN (''SELF'', ''DM'', ''GROUP'', ''VOICE_DM'', ''VOICE_GROUP'', ''FEED'', ''THREAD'', ''WORLD'', ''FORUM'', ''API'')));
CREATE INDEX "idx_channels_server_type_name" ON "public"."channels" ("message_server_id", "type", "name");
CREATE TABLE "public"."channel_participants" ("entity_id" uuid NOT NULL, "created_at" timestamptz NOT NULL DEFAULT now(), "channel_id" uuid NOT NULL, PRIMARY KEY ("channel_id", "entity_id"), CONSTRAINT "channel_participants_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels" ("id") ON DELETE CASCADE);
CREATE INDEX "idx_channel_participants_entity" ON "public"."channel_participants" ("entity_id");
CREATE TABLE "public"."worlds" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "name" text NOT NULL, "metadata" jsonb NULL, "message_server_id" uuid NULL, "agent_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "worlds_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE);
CREATE INDEX "idx_worlds_agent" ON "public"."worlds" ("agent_id");
CREATE TABLE "public"."rooms" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "source" text NOT NULL, "type" text NOT NULL, "message_server_id" uuid NULL, "name" text NULL, "metadata" jsonb NULL, "channel_id" text NULL, "agent_id" uuid NULL, "world_id" uuid NULL, PRIMARY KEY ("id"), CONSTRAINT "rooms_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE, CONSTRAINT "rooms_world_id_worlds_id_fk" FOREIGN KEY ("world_id") REFERENCES "public"."worlds" ("id") ON DELETE SET NULL, CONSTRAINT "rooms_type_check" CHECK (type IN (''SELF'', ''DM'', ''GROUP'', ''VOICE_DM'', ''VOICE_GROUP'', ''FEED'', ''THREAD'', ''WORLD'', ''FORUM'', ''API'')));
CREATE INDEX "idx_rooms_agent" ON "public"."rooms" ("agent_id");
CREATE INDEX "idx_rooms_world" ON "public"."rooms" ("world_id");
CREATE TABLE "public"."entities" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "names" text[] NOT NULL DEFAULT ''{}'', "metadata" jsonb NOT NULL DEFAULT ''{}'', "agent_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "entities_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE);
CREATE INDEX "idx_entities_agent" ON "public"."entities" ("agent_id");
CREATE INDEX "idx_entities_names" ON "public"."entities" USING GIN ("names");
CREATE TABLE "public"."components" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "type" text NOT NULL, "data" jsonb NOT NULL DEFAULT ''{}'', "agent_id" uuid NOT NULL, "room_id" uuid NOT NULL, "world_id" uuid NULL, "source_entity_id" uuid NULL, "entity_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "components_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE, CONSTRAINT "components_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms" ("id") ON DELETE CASCADE, CONSTRAINT "components_world_id_worlds_id_fk" FOREIGN KEY ("world_id") REFERENCES "public"."worlds" ("id") ON DELETE CASCADE, CONSTRAINT "components_source_entity_id_entities_id_fk" FOREIGN KEY ("source_entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE, CONSTRAINT "components_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE);
CREATE INDEX "idx_components_entity_type" ON "public"."components" ("entity_id", "type");
CREATE INDEX "idx_components_agent" ON "public"."components" ("agent_id");
CREATE INDEX "idx_components_room" ON "public"."components" ("room_id");
CREATE INDEX "idx_components_world" ON "public"."components" ("world_id");
CREATE INDEX "idx_components_source_entity" ON "public"."components" ("source_entity_id");
CREATE TABLE "public"."memories" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "type" text NOT NULL, "content" jsonb NOT NULL, "unique" boolean NOT NULL DEFAULT true, "metadata" jsonb NOT NULL DEFAULT ''{}'', "entity_id" uuid NULL, "agent_id" uuid NOT NULL, "room_id" uuid NULL, "world_id" uuid NULL, PRIMARY KEY ("id"), CONSTRAINT "memories_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE, CONSTRAINT "memories_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE, CONSTRAINT "memories_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms" ("id") ON DELETE CASCADE, CONSTRAINT "memories_world_id_worlds_id_fk" FOREIGN KEY ("world_id") REFERENCES "public"."worlds" ("id") ON DELETE SET NULL, CONSTRAINT "document_metadata_check" CHECK (CASE WHEN metadata ->> ''type'' = ''document'' THEN metadata ? ''timestamp'' ELSE true END), CONSTRAINT "fragment_metadata_check" CHECK (CASE WHEN metadata ->> ''type'' = ''fragment'' THEN metadata ? ''documentId'' AND metadata ? ''position'' ELSE true END));
CREATE INDEX "idx_memories_agent_type_created" ON "public"."memories" ("agent_id", "type", "created_at" DESC, "id" DESC);
CREATE INDEX "idx_memories_room_type_created" ON "public"."memories" ("room_id", "type", "created_at" DESC, "id" DESC);
CREATE INDEX "idx_memories_world_type_created" ON "public"."memories" ("world_id", "type", "created_at" DESC, "id" DESC);
CREATE INDEX "idx_memories_entity_type_created" ON "public"."memories" ("entity_id", "type", "created_at" DESC, "id" DESC);
CREATE INDEX "idx_memories_fragments" ON "public"."memories" ((metadata ->> ''documentId''), (metadata -> ''position'')) WHERE metadata ->> ''documentId'' IS NOT NULL;
CREATE TABLE "public"."embeddings" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "dim_384" vector(384) NULL, "dim_512" vector(512) NULL, "dim_768" vector(768) NULL, "dim_1024" vector(1024) NULL, "dim_1536" vector(1536) NULL, "dim_3072" vector(3072) NULL, "memory_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "embeddings_memory_id_memories_id_fk" FOREIGN KEY ("memory_id") REFERENCES "public"."memories" ("id") ON DELETE CASCADE, CONSTRAINT "embeddings_one_vector_check" CHECK (num_nonnulls(dim_384, dim_512, dim_768, dim_1024, dim_1536, dim_3072) = 1));
CREATE UNIQUE INDEX "embeddings_memory_id_key" ON "public"."embeddings" ("memory_id");
CREATE INDEX "idx_embeddings_dim_1024" ON "public"."embeddings" USING HNSW ("dim_1024" vector_cosine_ops) WHERE dim_1024 IS NOT NULL;
CREATE INDEX "idx_embeddings_dim_1536" ON "public"."embeddings" USING HNSW ("dim_1536" vector_cosine_ops) WHERE dim_1536 IS NOT NULL;
CREATE INDEX "idx_embeddings_dim_3072" ON "public"."embeddings" USING HNSW ((dim_3072::halfvec(3072)) halfvec_cosine_ops) WHERE dim_3072 IS NOT NULL;
CREATE INDEX "idx_embeddings_dim_384" ON "public"."embeddings" USING HNSW ("dim_384" vector_cosine_ops) WHERE dim_384 IS NOT NULL;
CREATE INDEX "idx_embeddings_dim_512" ON "public"."embeddings" USING HNSW ("dim_512" vector_cosine_ops) WHERE dim_512 IS NOT NULL;
CREATE INDEX "idx_embeddings_dim_768" ON "public"."embeddings" USING HNSW ("dim_768" vector_cosine_ops) WHERE dim_768 IS NOT NULL;
CREATE TABLE "public"."logs" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "type" text NOT NULL, "body" jsonb NOT NULL DEFAULT ''{}'', "agent_id" uuid NOT NULL, "entity_id" uuid NOT NULL, "room_id" uuid NULL, PRIMARY KEY ("id"), CONSTRAINT "logs_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE, CONSTRAINT "logs_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE, CONSTRAINT "logs_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms" ("id") ON DELETE CASCADE);
CREATE INDEX "idx_logs_agent_type_created" ON "public"."logs" ("agent_id", "type", "created_at" DESC);
CREATE INDEX "idx_logs_room_type_created" ON "public"."logs" ("room_id", "type", "created_at" DESC);
CREATE INDEX "idx_logs_entity_created" ON "public"."logs" ("entity_id", "created_at" DESC);
CREATE INDEX "idx_logs_created" ON "public"."logs" USING BRIN ("created_at");
CREATE INDEX "idx_logs_run_id" ON "public"."logs" ((body ->> ''runId''), "type") WHERE body ->> ''runId'' IS NOT NULL;
CREATE TABLE "public"."message_server_agents" ("created_at" timestamptz NOT NULL DEFAULT now(), "message_server_id" uuid NOT NULL, "agent_id" uuid NOT NULL, PRIMARY KEY ("message_server_id", "agent_id"), CONSTRAINT "message_server_agents_message_server_id_message_servers_id_fk" FOREIGN KEY ("message_server_id") REFERENCES "public"."message_servers" ("id") ON DELETE CASCADE, CONSTRAINT "message_server_agents_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE);
CREATE INDEX "idx_message_server_agents_agent" ON "public"."message_server_agents" ("agent_id");
CREATE TABLE "public"."messages" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "author_id" uuid NOT NULL, "content" text NOT NULL, "raw_message" jsonb NULL, "source_type" text NULL, "source_id" text NULL, "metadata" jsonb NULL, "channel_id" uuid NOT NULL, "in_reply_to_root_message_id" uuid NULL, PRIMARY KEY ("id"), CONSTRAINT "messages_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels" ("id") ON DELETE CASCADE, CONSTRAINT "messages_in_reply_to_root_message_id_messages_id_fk" FOREIGN KEY ("in_reply_to_root_message_id") REFERENCES "public"."messages" ("id") ON DELETE SET NULL);
CREATE INDEX "idx_messages_channel_created" ON "public"."messages" ("channel_id", "created_at" DESC, "id" DESC);
CREATE INDEX "idx_messages_author" ON "public"."messages" ("author_id");
CREATE INDEX "idx_messages_in_reply_to_root" ON "public"."messages" ("in_reply_to_root_message_id");
CREATE TABLE "public"."participants" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "room_state" text NULL, "entity_id" uuid NOT NULL, "agent_id" uuid NOT NULL, "room_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "participants_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE, CONSTRAINT "participants_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE, CONSTRAINT "participants_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms" ("id") ON DELETE CASCADE, CONSTRAINT "participants_room_state_check" CHECK (room_state IN (''FOLLOWED'', ''MUTED'')));
CREATE UNIQUE INDEX "participants_room_entity_agent_key" ON "public"."participants" ("room_id", "entity_id", "agent_id");
CREATE INDEX "idx_participants_user" ON "public"."participants" ("entity_id");
CREATE INDEX "idx_participants_agent" ON "public"."participants" ("agent_id");
CREATE TABLE "public"."relationships" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "tags" text[] NULL DEFAULT ''{}'', "metadata" jsonb NULL, "source_entity_id" uuid NOT NULL, "target_entity_id" uuid NOT NULL, "agent_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "relationships_source_entity_id_entities_id_fk" FOREIGN KEY ("source_entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE, CONSTRAINT "relationships_target_entity_id_entities_id_fk" FOREIGN KEY ("target_entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE, CONSTRAINT "relationships_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "unique_relationship" ON "public"."relationships" ("source_entity_id", "target_entity_id", "agent_id");
CREATE INDEX "idx_relationships_target" ON "public"."relationships" ("target_entity_id");
CREATE INDEX "idx_relationships_agent" ON "public"."relationships" ("agent_id");
CREATE TABLE "public"."tasks" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "name" text NOT NULL, "description" text NULL, "tags" text[] NOT NULL DEFAULT ''{}'', "metadata" jsonb NOT NULL DEFAULT ''{}'', "room_id" uuid NULL, "world_id" uuid NULL, "entity_id" uuid NULL, "agent_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "tasks_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms" ("id") ON DELETE CASCADE, CONSTRAINT "tasks_world_id_worlds_id_fk" FOREIGN KEY ("world_id") REFERENCES "public"."worlds" ("id") ON DELETE CASCADE, CONSTRAINT "tasks_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE, CONSTRAINT "tasks_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE);
CREATE INDEX "idx_tasks_agent_name" ON "public"."tasks" ("agent_id", "name");
CREATE INDEX "idx_tasks_room" ON "public"."tasks" ("room_id");
CREATE INDEX "idx_tasks_world" ON "public"."tasks" ("world_id");
CREATE INDEX "idx_tasks_entity" ON "public"."tasks" ("entity_id");
CREATE INDEX "idx_tasks_tags" ON "public"."tasks" USING GIN ("tags");
', '2026-11-21 06:16:06.792174+00');

INSERT INTO migrations.runs OVERRIDING SYSTEM VALUE VALUES (1, '2026-11-21 06:16:05.912837+00', '2026-11-21 06:16:06.789807+00', 872.061074, 'applied', 1, 'fee401aa08f781b2753931df57dba251409aebf55d7140795e5a71f6e3f171a7', '[{"sql": "CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public", "unit": "@elizago/sql", "comment": "create the extension for vectors"}, {"sql": "CREATE TABLE \"public\".\"agents\" (\"id\" uuid NOT NULL DEFAULT gen_random_uuid(), \"created_at\" timestamptz NOT NULL DEFAULT now(), \"updated_at\" timestamptz NOT NULL DEFAULT now(), \"enabled\" boolean NOT NULL DEFAULT true, \"server_id\" uuid NULL, \"name\" text NOT NULL, \"username\" text NULL, \"system\" text NULL DEFAULT '''', \"bio\" jsonb NULL DEFAULT ''[]'', \"message_examples\" jsonb NOT NULL DEFAULT ''[]'', \"post_examples\" jsonb NOT NULL DEFAULT ''[]'', \"topics\" jsonb NOT NULL DEFAULT ''[]'', \"adjectives\" jsonb NOT NULL DEFAULT ''[]'', \"knowledge\" jsonb NOT NULL DEFAULT ''[]'', \"plugins\" jsonb NOT NULL DEFAULT ''[]'', \"settings\" jsonb NOT NULL DEFAULT ''{}'', \"style\" jsonb NOT NULL DEFAULT ''{}'', PRIMARY KEY (\"id\"))", "unit": "@elizago/sql", "comment": "create \"agents\" table", "reverse": ["DROP TABLE \"public\".\"agents\""]}, {"sql": "CREATE TABLE \"public\".\"cache\" (\"created_at\" timestamptz NOT NULL DEFAULT now(), \"updated_at\" timestamptz NOT NULL DEFAULT now(), \"key\" text NOT NULL, \"value\" jsonb NOT NULL, \"expires_at\" timestamptz NULL, \"agent_id\" uuid NOT NULL, PRIMARY KEY (\"key\", \"agent_id\"), CONSTRAINT \"cache_agent_id_agents_id_fk\" FOREIGN KEY (\"agent_id\") REFERENCES \"public\".\"agents\" (\"id\") ON DELETE CASCADE)", "unit": "@elizago/sql", "comment": "create \"cache\" table", "reverse": ["DROP TABLE \"public\".\"cache\""]}, {"sql": "CREATE INDEX \"idx_cache_agent\" ON \"public\".\"cache\" (\"agent_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_cache_agent\" to table: \"cache\"", "reverse": ["DROP INDEX \"public\".\"idx_cache_agent\""]}, {"sql": "CREATE INDEX \"idx_cache_expires\" ON \"public\".\"cache\" (\"expires_at\") WHERE expires_at IS NOT NULL", "unit": "@elizago/sql", "comment": "create index \"idx_cache_expires\" to table: \"cache\"", "reverse": ["DROP INDEX \"public\".\"idx_cache_expires\""]}, {"sql": "CREATE TABLE \"public\".\"message_servers\" (\"id\" uuid NOT NULL DEFAULT gen_random_uuid(), \"created_at\" timestamptz NOT NULL DEFAULT now(), \"updated_at\" timestamptz NOT NULL DEFAULT now(), \"name\" text NOT NULL, \"source_type\" text NOT NULL, \"source_id\" text NULL, \"metadata\" jsonb NULL, PRIMARY KEY (\"id\"))", "unit": "@elizago/sql", "comment": "create \"message_servers\" table", "reverse": ["DROP TABLE \"public\".\"message_servers\""]}, {"sql": "CREATE TABLE \"public\".\"channels\" (\"id\" uuid NOT NULL DEFAULT gen_random_uuid(), \"created_at\" timestamptz NOT NULL DEFAULT now(), \"updated_at\" timestamptz NOT NULL DEFAULT now(), \"name\" text NOT NULL, \"type\" text NOT NULL, \"source_type\" text NULL, \"source_id\" text NULL, \"topic\" text NULL, \"metadata\" jsonb NULL, \"message_server_id\" uuid NOT NULL, PRIMARY KEY (\"id\"), CONSTRAINT \"channels_message_server_id_message_servers_id_fk\" FOREIGN KEY (\"message_server_id\") REFERENCES \"public\".\"message_servers\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"channels_type_check\" CHECK (type IN (''SELF'', ''DM'', ''GROUP'', ''VOICE_DM'', ''VOICE_GROUP'', ''FEED'', ''THREAD'', ''WORLD'', ''FORUM'', ''API'')))", "unit": "@elizago/sql", "comment": "create \"channels\" table", "reverse": ["DROP TABLE \"public\".\"channels\""]}, {"sql": "CREATE INDEX \"idx_channels_server_type_name\" ON \"public\".\"channels\" (\"message_server_id\", \"type\", \"name\")", "unit": "@elizago/sql", "comment": "create index \"idx_channels_server_type_name\" to table: \"channels\"", "reverse": ["DROP INDEX \"public\".\"idx_channels_server_type_name\""]}, {"sql": "CREATE TABLE \"public\".\"channel_participants\" (\"entity_id\" uuid NOT NULL, \"created_at\" timestamptz NOT NULL DEFAULT now(), \"channel_id\" uuid NOT NULL, PRIMARY KEY (\"channel_id\", \"entity_id\"), CONSTRAINT \"channel_participants_channel_id_channels_id_fk\" FOREIGN KEY (\"channel_id\") REFERENCES \"public\".\"channels\" (\"id\") ON DELETE CASCADE)", "unit": "@elizago/sql", "comment": "create \"channel_participants\" table", "reverse": ["DROP TABLE \"public\".\"channel_participants\""]}, {"sql": "CREATE INDEX \"idx_channel_participants_entity\" ON \"public\".\"channel_participants\" (\"entity_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_channel_participants_entity\" to table: \"channel_participants\"", "reverse": ["DROP INDEX \"public\".\"idx_channel_participants_entity\""]}, {"sql": "CREATE TABLE \"public\".\"worlds\" (\"id\" uuid NOT NULL DEFAULT gen_random_uuid(), \"created_at\" timestamptz NOT NULL DEFAULT now(), \"updated_at\" timestamptz NOT NULL DEFAULT now(), \"name\" text NOT NULL, \"metadata\" jsonb NULL, \"message_server_id\" uuid NULL, \"agent_id\" uuid NOT NULL, PRIMARY KEY (\"id\"), CONSTRAINT \"worlds_agent_id_agents_id_fk\" FOREIGN KEY (\"agent_id\") REFERENCES \"public\".\"agents\" (\"id\") ON DELETE CASCADE)", "unit": "@elizago/sql", "comment": "create \"worlds\" table", "reverse": ["DROP TABLE \"public\".\"worlds\""]}, {"sql": "CREATE INDEX \"idx_worlds_agent\" ON \"public\".\"worlds\" (\"agent_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_worlds_agent\" to table: \"worlds\"", "reverse": ["DROP INDEX \"public\".\"idx_worlds_agent\""]}, {"sql": "CREATE TABLE \"public\".\"rooms\" (\"id\" uuid NOT NULL DEFAULT gen_random_uuid(), \"created_at\" timestamptz NOT NULL DEFAULT now(), \"updated_at\" timestamptz NOT NULL DEFAULT now(), \"source\" text NOT NULL, \"type\" text NOT NULL, \"message_server_id\" uuid NULL, \"name\" text NULL, \"metadata\" jsonb NULL, \"channel_id\" text NULL, \"agent_id\" uuid NULL, \"world_id\" uuid NULL, PRIMARY KEY (\"id\"), CONSTRAINT \"rooms_agent_id_agents_id_fk\" FOREIGN KEY (\"agent_id\") REFERENCES \"public\".\"agents\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"rooms_world_id_worlds_id_fk\" FOREIGN KEY (\"world_id\") REFERENCES \"public\".\"worlds\" (\"id\") ON DELETE SET NULL, CONSTRAINT \"rooms_type_check\" CHECK (type IN (''SELF'', ''DM'', ''GROUP'', ''VOICE_DM'', ''VOICE_GROUP'', ''FEED'', ''THREAD'', ''WORLD'', ''FORUM'', ''API'')))", "unit": "@elizago/sql", "comment": "create \"rooms\" table", "reverse": ["DROP TABLE \"public\".\"rooms\""]}, {"sql": "CREATE INDEX \"idx_rooms_agent\" ON \"public\".\"rooms\" (\"agent_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_rooms_agent\" to table: \"rooms\"", "reverse": ["DROP INDEX \"public\".\"idx_rooms_agent\""]}, {"sql": "CREATE INDEX \"idx_rooms_world\" ON \"public\".\"rooms\" (\"world_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_rooms_world\" to table: \"rooms\"", "reverse": ["DROP INDEX \"public\".\"idx_rooms_world\""]}, {"sql": "CREATE TABLE \"public\".\"entities\" (\"id\" uuid NOT NULL DEFAULT gen_random_uuid(), \"created_at\" timestamptz NOT NULL DEFAULT now(), \"updated_at\" timestamptz NOT NULL DEFAULT now(), \"names\" text[] NOT NULL DEFAULT ''{}'', \"metadata\" jsonb NOT NULL DEFAULT ''{}'', \"agent_id\" uuid NOT NULL, PRIMARY KEY (\"id\"), CONSTRAINT \"entities_agent_id_agents_id_fk\" FOREIGN KEY (\"agent_id\") REFERENCES \"public\".\"agents\" (\"id\") ON DELETE CASCADE)", "unit": "@elizago/sql", "comment": "create \"entities\" table", "reverse": ["DROP TABLE \"public\".\"entities\""]}, {"sql": "CREATE INDEX \"idx_entities_agent\" ON \"public\".\"entities\" (\"agent_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_entities_agent\" to table: \"entities\"", "reverse": ["DROP INDEX \"public\".\"idx_entities_agent\""]}, {"sql": "CREATE INDEX \"idx_entities_names\" ON \"public\".\"entities\" USING GIN (\"names\")", "unit": "@elizago/sql", "comment": "create index \"idx_entities_names\" to table: \"entities\"", "reverse": ["DROP INDEX \"public\".\"idx_entities_names\""]}, {"sql": "CREATE TABLE \"public\".\"components\" (\"id\" uuid NOT NULL DEFAULT gen_random_uuid(), \"created_at\" timestamptz NOT NULL DEFAULT now(), \"updated_at\" timestamptz NOT NULL DEFAULT now(), \"type\" text NOT NULL, \"data\" jsonb NOT NULL DEFAULT ''{}'', \"agent_id\" uuid NOT NULL, \"room_id\" uuid NOT NULL, \"world_id\" uuid NULL, \"source_entity_id\" uuid NULL, \"entity_id\" uuid NOT NULL, PRIMARY KEY (\"id\"), CONSTRAINT \"components_agent_id_agents_id_fk\" FOREIGN KEY (\"agent_id\") REFERENCES \"public\".\"agents\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"components_room_id_rooms_id_fk\" FOREIGN KEY (\"room_id\") REFERENCES \"public\".\"rooms\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"components_world_id_worlds_id_fk\" FOREIGN KEY (\"world_id\") REFERENCES \"public\".\"worlds\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"components_source_entity_id_entities_id_fk\" FOREIGN KEY (\"source_entity_id\") REFERENCES \"public\".\"entities\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"components_entity_id_entities_id_fk\" FOREIGN KEY (\"entity_id\") REFERENCES \"public\".\"entities\" (\"id\") ON DELETE CASCADE)", "unit": "@elizago/sql", "comment": "create \"components\" table", "reverse": ["DROP TABLE \"public\".\"components\""]}, {"sql": "CREATE INDEX \"idx_components_entity_type\" ON \"public\".\"components\" (\"entity_id\", \"type\")", "unit": "@elizago/sql", "comment": "create index \"idx_components_entity_type\" to table: \"components\"", "reverse": ["DROP INDEX \"public\".\"idx_components_entity_type\""]}, {"sql": "CREATE INDEX \"idx_components_agent\" ON \"public\".\"components\" (\"agent_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_components_agent\" to table: \"components\"", "reverse": ["DROP INDEX \"public\".\"idx_components_agent\""]}, {"sql": "CREATE INDEX \"idx_components_room\" ON \"public\".\"components\" (\"room_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_components_room\" to table: \"components\"", "reverse": ["DROP INDEX \"public\".\"idx_components_room\""]}, {"sql": "CREATE INDEX \"idx_components_world\" ON \"public\".\"components\" (\"world_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_components_world\" to table: \"components\"", "reverse": ["DROP INDEX \"public\".\"idx_components_world\""]}, {"sql": "CREATE INDEX \"idx_components_source_entity\" ON \"public\".\"components\" (\"source_entity_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_components_source_entity\" to table: \"components\"", "reverse": ["DROP INDEX \"public\".\"idx_components_source_entity\""]}, {"sql": "CREATE TABLE \"public\".\"memories\" (\"id\" uuid NOT NULL DEFAULT gen_random_uuid(), \"created_at\" timestamptz NOT NULL DEFAULT now(), \"updated_at\" timestamptz NOT NULL DEFAULT now(), \"type\" text NOT NULL, \"content\" jsonb NOT NULL, \"unique\" boolean NOT NULL DEFAULT true, \"metadata\" jsonb NOT NULL DEFAULT ''{}'', \"entity_id\" uuid NULL, \"agent_id\" uuid NOT NULL, \"room_id\" uuid NULL, \"world_id\" uuid NULL, PRIMARY KEY (\"id\"), CONSTRAINT \"memories_entity_id_entities_id_fk\" FOREIGN KEY (\"entity_id\") REFERENCES \"public\".\"entities\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"memories_agent_id_agents_id_fk\" FOREIGN KEY (\"agent_id\") REFERENCES \"public\".\"agents\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"memories_room_id_rooms_id_fk\" FOREIGN KEY (\"room_id\") REFERENCES \"public\".\"rooms\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"memories_world_id_worlds_id_fk\" FOREIGN KEY (\"world_id\") REFERENCES \"public\".\"worlds\" (\"id\") ON DELETE SET NULL, CONSTRAINT \"document_metadata_check\" CHECK (CASE WHEN metadata ->> ''type'' = ''document'' THEN metadata ? ''timestamp'' ELSE true END), CONSTRAINT \"fragment_metadata_check\" CHECK (CASE WHEN metadata ->> ''type'' = ''fragment'' THEN metadata ? ''documentId'' AND metadata ? ''position'' ELSE true END))", "unit": "@elizago/sql", "comment": "create \"memories\" table", "reverse": ["DROP TABLE \"public\".\"memories\""]}, {"sql": "CREATE INDEX \"idx_memories_agent_type_created\" ON \"public\".\"memories\" (\"agent_id\", \"type\", \"created_at\" DESC, \"id\" DESC)", "unit": "@elizago/sql", "comment": "create index \"idx_memories_agent_type_created\" to table: \"memories\"", "reverse": ["DROP INDEX \"public\".\"idx_memories_agent_type_created\""]}, {"sql": "CREATE INDEX \"idx_memories_room_type_created\" ON \"public\".\"memories\" (\"room_id\", \"type\", \"created_at\" DESC, \"id\" DESC)", "unit": "@elizago/sql", "comment": "create index \"idx_memories_room_type_created\" to table: \"memories\"", "reverse": ["DROP INDEX \"public\".\"idx_memories_room_type_created\""]}, {"sql": "CREATE INDEX \"idx_memories_world_type_created\" ON \"public\".\"memories\" (\"world_id\", \"type\", \"created_at\" DESC, \"id\" DESC)", "unit": "@elizago/sql", "comment": "create index \"idx_memories_world_type_created\" to table: \"memories\"", "reverse": ["DROP INDEX \"public\".\"idx_memories_world_type_created\""]}, {"sql": "CREATE INDEX \"idx_memories_entity_type_created\" ON \"public\".\"memories\" (\"entity_id\", \"type\", \"created_at\" DESC, \"id\" DESC)", "unit": "@elizago/sql", "comment": "create index \"idx_memories_entity_type_created\" to table: \"memories\"", "reverse": ["DROP INDEX \"public\".\"idx_memories_entity_type_created\""]}, {"sql": "CREATE INDEX \"idx_memories_fragments\" ON \"public\".\"memories\" ((metadata ->> ''documentId''), (metadata -> ''position'')) WHERE metadata ->> ''documentId'' IS NOT NULL", "unit": "@elizago/sql", "comment": "create index \"idx_memories_fragments\" to table: \"memories\"", "reverse": ["DROP INDEX \"public\".\"idx_memories_fragments\""]}, {"sql": "CREATE TABLE \"public\".\"embeddings\" (\"id\" uuid NOT NULL DEFAULT gen_random_uuid(), \"created_at\" timestamptz NOT NULL DEFAULT now(), \"updated_at\" timestamptz NOT NULL DEFAULT now(), \"dim_384\" vector(384) NULL, \"dim_512\" vector(512) NULL, \"dim_768\" vector(768) NULL, \"dim_1024\" vector(1024) NULL, \"dim_1536\" vector(1536) NULL, \"dim_3072\" vector(3072) NULL, \"memory_id\" uuid NOT NULL, PRIMARY KEY (\"id\"), CONSTRAINT \"embeddings_memory_id_memories_id_fk\" FOREIGN KEY (\"memory_id\") REFERENCES \"public\".\"memories\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"embeddings_one_vector_check\" CHECK (num_nonnulls(dim_384, dim_512, dim_768, dim_1024, dim_1536, dim_3072) = 1))", "unit": "@elizago/sql", "comment": "create \"embeddings\" table", "reverse": ["DROP TABLE \"public\".\"embeddings\""]}, {"sql": "CREATE UNIQUE INDEX \"embeddings_memory_id_key\" ON \"public\".\"embeddings\" (\"memory_id\")", "unit": "@elizago/sql", "comment": "create index \"embeddings_memory_id_key\" to table: \"embeddings\"", "reverse": ["DROP INDEX \"public\".\"embeddings_memory_id_key\""]}, {"sql": "CREATE INDEX \"idx_embeddings_dim_1024\" ON \"public\".\"embeddings\" USING HNSW (\"dim_1024\" vector_cosine_ops) WHERE dim_1024 IS NOT NULL", "unit": "@elizago/sql", "comment": "create index \"idx_embeddings_dim_1024\" to table: \"embeddings\"", "reverse": ["DROP INDEX \"public\".\"idx_embeddings_dim_1024\""]}, {"sql": "CREATE INDEX \"idx_embeddings_dim_1536\" ON \"public\".\"embeddings\" USING HNSW (\"dim_1536\" vector_cosine_ops) WHERE dim_1536 IS NOT NULL", "unit": "@elizago/sql", "comment": "create index \"idx_embeddings_dim_1536\" to table: \"embeddings\"", "reverse": ["DROP INDEX \"public\".\"idx_embeddings_dim_1536\""]}, {"sql": "CREATE INDEX \"idx_embeddings_dim_3072\" ON \"public\".\"embeddings\" USING HNSW ((dim_3072::halfvec(3072)) halfvec_cosine_ops) WHERE dim_3072 IS NOT NULL", "unit": "@elizago/sql", "comment": "create index \"idx_embeddings_dim_3072\" to table: \"embeddings\"", "reverse": ["DROP INDEX \"public\".\"idx_embeddings_dim_3072\""]}, {"sql": "CREATE INDEX \"idx_embeddings_dim_384\" ON \"public\".\"embeddings\" USING HNSW (\"dim_384\" vector_cosine_ops) WHERE dim_384 IS NOT NULL", "unit": "@elizago/sql", "comment": "create index \"idx_embeddings_dim_384\" to table: \"embeddings\"", "reverse": ["DROP INDEX \"public\".\"idx_embeddings_dim_384\""]}, {"sql": "CREATE INDEX \"idx_embeddings_dim_512\" ON \"public\".\"embeddings\" USING HNSW (\"dim_512\" vector_cosine_ops) WHERE dim_512 IS NOT NULL", "unit": "@elizago/sql", "comment": "create index \"idx_embeddings_dim_512\" to table: \"embeddings\"", "reverse": ["DROP INDEX \"public\".\"idx_embeddings_dim_512\""]}, {"sql": "CREATE INDEX \"idx_embeddings_dim_768\" ON \"public\".\"embeddings\" USING HNSW (\"dim_768\" vector_cosine_ops) WHERE dim_768 IS NOT NULL", "unit": "@elizago/sql", "comment": "create index \"idx_embeddings_dim_768\" to table: \"embeddings\"", "reverse": ["DROP INDEX \"public\".\"idx_embeddings_dim_768\""]}, {"sql": "CREATE TABLE \"public\".\"logs\" (\"id\" uuid NOT NULL DEFAULT gen_random_uuid(), \"created_at\" timestamptz NOT NULL DEFAULT now(), \"type\" text NOT NULL, \"body\" jsonb NOT NULL DEFAULT ''{}'', \"agent_id\" uuid NOT NULL, \"entity_id\" uuid NOT NULL, \"room_id\" uuid NULL, PRIMARY KEY (\"id\"), CONSTRAINT \"logs_agent_id_agents_id_fk\" FOREIGN KEY (\"agent_id\") REFERENCES \"public\".\"agents\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"logs_entity_id_entities_id_fk\" FOREIGN KEY (\"entity_id\") REFERENCES \"public\".\"entities\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"logs_room_id_rooms_id_fk\" FOREIGN KEY (\"room_id\") REFERENCES \"public\".\"rooms\" (\"id\") ON DELETE CASCADE)", "unit": "@elizago/sql", "comment": "create \"logs\" table", "reverse": ["DROP TABLE \"public\".\"logs\""]}, {"sql": "CREATE INDEX \"idx_logs_agent_type_created\" ON \"public\".\"logs\" (\"agent_id\", \"type\", \"created_at\" DESC)", "unit": "@elizago/sql", "comment": "create index \"idx_logs_agent_type_created\" to table: \"logs\"", "reverse": ["DROP INDEX \"public\".\"idx_logs_agent_type_created\""]}, {"sql": "CREATE INDEX \"idx_logs_room_type_created\" ON \"public\".\"logs\" (\"room_id\", \"type\", \"created_at\" DESC)", "unit": "@elizago/sql", "comment": "create index \"idx_logs_room_type_created\" to table: \"logs\"", "reverse": ["DROP INDEX \"public\".\"idx_logs_room_type_created\""]}, {"sql": "CREATE INDEX \"idx_logs_entity_created\" ON \"public\".\"logs\" (\"entity_id\", \"created_at\" DESC)", "unit": "@elizago/sql", "comment": "create index \"idx_logs_entity_created\" to table: \"logs\"", "reverse": ["DROP INDEX \"public\".\"idx_logs_entity_created\""]}, {"sql": "CREATE INDEX \"idx_logs_created\" ON \"public\".\"logs\" USING BRIN (\"created_at\")", "unit": "@elizago/sql", "comment": "create index \"idx_logs_created\" to table: \"logs\"", "reverse": ["DROP INDEX \"public\".\"idx_logs_created\""]}, {"sql": "CREATE INDEX \"idx_logs_run_id\" ON \"public\".\"logs\" ((body ->> ''runId''), \"type\") WHERE body ->> ''runId'' IS NOT NULL", "unit": "@elizago/sql", "comment": "create index \"idx_logs_run_id\" to table: \"logs\"", "reverse": ["DROP INDEX \"public\".\"idx_logs_run_id\""]}, {"sql": "CREATE TABLE \"public\".\"message_server_agents\" (\"created_at\" timestamptz NOT NULL DEFAULT now(), \"message_server_id\" uuid NOT NULL, \"agent_id\" uuid NOT NULL, PRIMARY KEY (\"message_server_id\", \"agent_id\"), CONSTRAINT \"message_server_agents_message_server_id_message_servers_id_fk\" FOREIGN KEY (\"message_server_id\") REFERENCES \"public\".\"message_servers\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"message_server_agents_agent_id_agents_id_fk\" FOREIGN KEY (\"agent_id\") REFERENCES \"public\".\"agents\" (\"id\") ON DELETE CASCADE)", "unit": "@elizago/sql", "comment": "create \"message_server_agents\" table", "reverse": ["DROP TABLE \"public\".\"message_server_agents\""]}, {"sql": "CREATE INDEX \"idx_message_server_agents_agent\" ON \"public\".\"message_server_agents\" (\"agent_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_message_server_agents_agent\" to table: \"message_server_agents\"", "reverse": ["DROP INDEX \"public\".\"idx_message_server_agents_agent\""]}, {"sql": "CREATE TABLE \"public\".\"messages\" (\"id\" uuid NOT NULL DEFAULT gen_random_uuid(), \"created_at\" timestamptz NOT NULL DEFAULT now(), \"updated_at\" timestamptz NOT NULL DEFAULT now(), \"author_id\" uuid NOT NULL, \"content\" text NOT NULL, \"raw_message\" jsonb NULL, \"source_type\" text NULL, \"source_id\" text NULL, \"metadata\" jsonb NULL, \"channel_id\" uuid NOT NULL, \"in_reply_to_root_message_id\" uuid NULL, PRIMARY KEY (\"id\"), CONSTRAINT \"messages_channel_id_channels_id_fk\" FOREIGN KEY (\"channel_id\") REFERENCES \"public\".\"channels\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"messages_in_reply_to_root_message_id_messages_id_fk\" FOREIGN KEY (\"in_reply_to_root_message_id\") REFERENCES \"public\".\"messages\" (\"id\") ON DELETE SET NULL)", "unit": "@elizago/sql", "comment": "create \"messages\" table", "reverse": ["DROP TABLE \"public\".\"messages\""]}, {"sql": "CREATE INDEX \"idx_messages_channel_created\" ON \"public\".\"messages\" (\"channel_id\", \"created_at\" DESC, \"id\" DESC)", "unit": "@elizago/sql", "comment": "create index \"idx_messages_channel_created\" to table: \"messages\"", "reverse": ["DROP INDEX \"public\".\"idx_messages_channel_created\""]}, {"sql": "CREATE INDEX \"idx_messages_author\" ON \"public\".\"messages\" (\"author_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_messages_author\" to table: \"messages\"", "reverse": ["DROP INDEX \"public\".\"idx_messages_author\""]}, {"sql": "CREATE INDEX \"idx_messages_in_reply_to_root\" ON \"public\".\"messages\" (\"in_reply_to_root_message_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_messages_in_reply_to_root\" to table: \"messages\"", "reverse": ["DROP INDEX \"public\".\"idx_messages_in_reply_to_root\""]}, {"sql": "CREATE TABLE \"public\".\"participants\" (\"id\" uuid NOT NULL DEFAULT gen_random_uuid(), \"created_at\" timestamptz NOT NULL DEFAULT now(), \"updated_at\" timestamptz NOT NULL DEFAULT now(), \"room_state\" text NULL, \"entity_id\" uuid NOT NULL, \"agent_id\" uuid NOT NULL, \"room_id\" uuid NOT NULL, PRIMARY KEY (\"id\"), CONSTRAINT \"participants_entity_id_entities_id_fk\" FOREIGN KEY (\"entity_id\") REFERENCES \"public\".\"entities\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"participants_agent_id_agents_id_fk\" FOREIGN KEY (\"agent_id\") REFERENCES \"public\".\"agents\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"participants_room_id_rooms_id_fk\" FOREIGN KEY (\"room_id\") REFERENCES \"public\".\"rooms\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"participants_room_state_check\" CHECK (room_state IN (''FOLLOWED'', ''MUTED'')))", "unit": "@elizago/sql", "comment": "create \"participants\" table", "reverse": ["DROP TABLE \"public\".\"participants\""]}, {"sql": "CREATE UNIQUE INDEX \"participants_room_entity_agent_key\" ON \"public\".\"participants\" (\"room_id\", \"entity_id\", \"agent_id\")", "unit": "@elizago/sql", "comment": "create index \"participants_room_entity_agent_key\" to table: \"participants\"", "reverse": ["DROP INDEX \"public\".\"participants_room_entity_agent_key\""]}, {"sql": "CREATE INDEX \"idx_participants_user\" ON \"public\".\"participants\" (\"entity_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_participants_user\" to table: \"participants\"", "reverse": ["DROP INDEX \"public\".\"idx_participants_user\""]}, {"sql": "CREATE INDEX \"idx_participants_agent\" ON \"public\".\"participants\" (\"agent_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_participants_agent\" to table: \"participants\"", "reverse": ["DROP INDEX \"public\".\"idx_participants_agent\""]}, {"sql": "CREATE TABLE \"public\".\"relationships\" (\"id\" uuid NOT NULL DEFAULT gen_random_uuid(), \"created_at\" timestamptz NOT NULL DEFAULT now(), \"updated_at\" timestamptz NOT NULL DEFAULT now(), \"tags\" text[] NULL DEFAULT ''{}'', \"metadata\" jsonb NULL, \"source_entity_id\" uuid NOT NULL, \"target_entity_id\" uuid NOT NULL, \"agent_id\" uuid NOT NULL, PRIMARY KEY (\"id\"), CONSTRAINT \"relationships_source_entity_id_entities_id_fk\" FOREIGN KEY (\"source_entity_id\") REFERENCES \"public\".\"entities\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"relationships_target_entity_id_entities_id_fk\" FOREIGN KEY (\"target_entity_id\") REFERENCES \"public\".\"entities\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"relationships_agent_id_agents_id_fk\" FOREIGN KEY (\"agent_id\") REFERENCES \"public\".\"agents\" (\"id\") ON DELETE CASCADE)", "unit": "@elizago/sql", "comment": "create \"relationships\" table", "reverse": ["DROP TABLE \"public\".\"relationships\""]}, {"sql": "CREATE UNIQUE INDEX \"unique_relationship\" ON \"public\".\"relationships\" (\"source_entity_id\", \"target_entity_id\", \"agent_id\")", "unit": "@elizago/sql", "comment": "create index \"unique_relationship\" to table: \"relationships\"", "reverse": ["DROP INDEX \"public\".\"unique_relationship\""]}, {"sql": "CREATE INDEX \"idx_relationships_target\" ON \"public\".\"relationships\" (\"target_entity_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_relationships_target\" to table: \"relationships\"", "reverse": ["DROP INDEX \"public\".\"idx_relationships_target\""]}, {"sql": "CREATE INDEX \"idx_relationships_agent\" ON \"public\".\"relationships\" (\"agent_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_relationships_agent\" to table: \"relationships\"", "reverse": ["DROP INDEX \"public\".\"idx_relationships_agent\""]}, {"sql": "CREATE TABLE \"public\".\"tasks\" (\"id\" uuid NOT NULL DEFAULT gen_random_uuid(), \"created_at\" timestamptz NOT NULL DEFAULT now(), \"updated_at\" timestamptz NOT NULL DEFAULT now(), \"name\" text NOT NULL, \"description\" text NULL, \"tags\" text[] NOT NULL DEFAULT ''{}'', \"metadata\" jsonb NOT NULL DEFAULT ''{}'', \"room_id\" uuid NULL, \"world_id\" uuid NULL, \"entity_id\" uuid NULL, \"agent_id\" uuid NOT NULL, PRIMARY KEY (\"id\"), CONSTRAINT \"tasks_room_id_rooms_id_fk\" FOREIGN KEY (\"room_id\") REFERENCES \"public\".\"rooms\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"tasks_world_id_worlds_id_fk\" FOREIGN KEY (\"world_id\") REFERENCES \"public\".\"worlds\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"tasks_entity_id_entities_id_fk\" FOREIGN KEY (\"entity_id\") REFERENCES \"public\".\"entities\" (\"id\") ON DELETE CASCADE, CONSTRAINT \"tasks_agent_id_agents_id_fk\" FOREIGN KEY (\"agent_id\") REFERENCES \"public\".\"agents\" (\"id\") ON DELETE CASCADE)", "unit": "@elizago/sql", "comment": "create \"tasks\" table", "reverse": ["DROP TABLE \"public\".\"tasks\""]}, {"sql": "CREATE INDEX \"idx_tasks_agent_name\" ON \"public\".\"tasks\" (\"agent_id\", \"name\")", "unit": "@elizago/sql", "comment": "create index \"idx_tasks_agent_name\" to table: \"tasks\"", "reverse": ["DROP INDEX \"public\".\"idx_tasks_agent_name\""]}, {"sql": "CREATE INDEX \"idx_tasks_room\" ON \"public\".\"tasks\" (\"room_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_tasks_room\" to table: \"tasks\"", "reverse": ["DROP INDEX \"public\".\"idx_tasks_room\""]}, {"sql": "CREATE INDEX \"idx_tasks_world\" ON \"public\".\"tasks\" (\"world_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_tasks_world\" to table: \"tasks\"", "reverse": ["DROP INDEX \"public\".\"idx_tasks_world\""]}, {"sql": "CREATE INDEX \"idx_tasks_entity\" ON \"public\".\"tasks\" (\"entity_id\")", "unit": "@elizago/sql", "comment": "create index \"idx_tasks_entity\" to table: \"tasks\"", "reverse": ["DROP INDEX \"public\".\"idx_tasks_entity\""]}, {"sql": "CREATE INDEX \"idx_tasks_tags\" ON \"public\".\"tasks\" USING GIN (\"tags\")", "unit": "@elizago/sql", "comment": "create index \"idx_tasks_tags\" to table: \"tasks\"", "reverse": ["DROP INDEX \"public\".\"idx_tasks_tags\""]}]', '[{"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.agents"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.cache"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.channel_participants"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.channels"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.components"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.embeddings"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.entities"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.logs"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.memories"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.message_server_agents"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.message_servers"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.messages"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.participants"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.relationships"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.rooms"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.tasks"}, {"kind": "add_table", "rows": 0, "unit": "@elizago/sql", "class": "safe", "object": "public.worlds"}]', '{"ent": "unknown", "atlas": "unknown", "server": "150018", "elizago": "(devel)"}', 'elizago', 'postgres', '127.0.0.1', '');

INSERT INTO migrations.state VALUES ('@elizago/sql', 'public', '2b0713bc43a9327694a18c83eb2f44cf17bd087eb3862021d659e7b83025359e', 'ad0782060b308a1b98d97fd224d44a06', '[["table", "agents", ""], ["column", "agents", "adjectives"], ["column", "agents", "bio"], ["column", "agents", "created_at"], ["column", "agents", "enabled"], ["column", "agents", "id"], ["column", "agents", "knowledge"], ["column", "agents", "message_examples"], ["column", "agents", "name"], ["column", "agents", "plugins"], ["column", "agents", "post_examples"], ["column", "agents", "server_id"], ["column", "agents", "settings"], ["column", "agents", "style"], ["column", "agents", "system"], ["column", "agents", "topics"], ["column", "agents", "updated_at"], ["column", "agents", "username"], ["constraint", "agents", "agents_pkey"], ["table", "cache", ""], ["column", "cache", "agent_id"], ["column", "cache", "created_at"], ["column", "cache", "expires_at"], ["column", "cache", "key"], ["column", "cache", "updated_at"], ["column", "cache", "value"], ["constraint", "cache", "cache_agent_id_agents_id_fk"], ["constraint", "cache", "cache_pkey"], ["index", "cache", "idx_cache_agent"], ["index", "cache", "idx_cache_expires"], ["table", "channel_participants", ""], ["column", "channel_participants", "channel_id"], ["column", "channel_participants", "created_at"], ["column", "channel_participants", "entity_id"], ["constraint", "channel_participants", "channel_participants_channel_id_channels_id_fk"], ["constraint", "channel_participants", "channel_participants_pkey"], ["index", "channel_participants", "idx_channel_participants_entity"], ["table", "channels", ""], ["column", "channels", "created_at"], ["column", "channels", "id"], ["column", "channels", "message_server_id"], ["column", "channels", "metadata"], ["column", "channels", "name"], ["column", "channels", "source_id"], ["column", "channels", "source_type"], ["column", "channels", "topic"], ["column", "channels", "type"], ["column", "channels", "updated_at"], ["constraint", "channels", "channels_message_server_id_message_servers_id_fk"], ["constraint", "channels", "channels_pkey"], ["constraint", "channels", "channels_type_check"], ["index", "channels", "idx_channels_server_type_name"], ["table", "components", ""], ["column", "components", "agent_id"], ["column", "components", "created_at"], ["column", "components", "data"], ["column", "components", "entity_id"], ["column", "components", "id"], ["column", "components", "room_id"], ["column", "components", "source_entity_id"], ["column", "components", "type"], ["column", "components", "updated_at"], ["column", "components", "world_id"], ["constraint", "components", "components_agent_id_agents_id_fk"], ["constraint", "components", "components_entity_id_entities_id_fk"], ["constraint", "components", "components_pkey"], ["constraint", "components", "components_room_id_rooms_id_fk"], ["constraint", "components", "components_source_entity_id_entities_id_fk"], ["constraint", "components", "components_world_id_worlds_id_fk"], ["index", "components", "idx_components_agent"], ["index", "components", "idx_components_entity_type"], ["index", "components", "idx_components_room"], ["index", "components", "idx_components_source_entity"], ["index", "components", "idx_components_world"], ["table", "embeddings", ""], ["column", "embeddings", "created_at"], ["column", "embeddings", "dim_1024"], ["column", "embeddings", "dim_1536"], ["column", "embeddings", "dim_3072"], ["column", "embeddings", "dim_384"], ["column", "embeddings", "dim_512"], ["column", "embeddings", "dim_768"], ["column", "embeddings", "id"], ["column", "embeddings", "memory_id"], ["column", "embeddings", "updated_at"], ["constraint", "embeddings", "embeddings_memory_id_memories_id_fk"], ["constraint", "embeddings", "embeddings_one_vector_check"], ["constraint", "embeddings", "embeddings_pkey"], ["index", "embeddings", "embeddings_memory_id_key"], ["index", "embeddings", "idx_embeddings_dim_1024"], ["index", "embeddings", "idx_embeddings_dim_1536"], ["index", "embeddings", "idx_embeddings_dim_3072"], ["index", "embeddings", "idx_embeddings_dim_384"], ["index", "embeddings", "idx_embeddings_dim_512"], ["index", "embeddings", "idx_embeddings_dim_768"], ["table", "entities", ""], ["column", "entities", "agent_id"], ["column", "entities", "created_at"], ["column", "entities", "id"], ["column", "entities", "metadata"], ["column", "entities", "names"], ["column", "entities", "updated_at"], ["constraint", "entities", "entities_agent_id_agents_id_fk"], ["constraint", "entities", "entities_pkey"], ["index", "entities", "idx_entities_agent"], ["index", "entities", "idx_entities_names"], ["table", "logs", ""], ["column", "logs", "agent_id"], ["column", "logs", "body"], ["column", "logs", "created_at"], ["column", "logs", "entity_id"], ["column", "logs", "id"], ["column", "logs", "room_id"], ["column", "logs", "type"], ["constraint", "logs", "logs_agent_id_agents_id_fk"], ["constraint", "logs", "logs_entity_id_entities_id_fk"], ["constraint", "logs", "logs_pkey"], ["constraint", "logs", "logs_room_id_rooms_id_fk"], ["index", "logs", "idx_logs_agent_type_created"], ["index", "logs", "idx_logs_created"], ["index", "logs", "idx_logs_entity_created"], ["index", "logs", "idx_logs_room_type_created"], ["index", "logs", "idx_logs_run_id"], ["table", "memories", ""], ["column", "memories", "agent_id"], ["column", "memories", "content"], ["column", "memories", "created_at"], ["column", "memories", "entity_id"], ["column", "memories", "id"], ["column", "memories", "metadata"], ["column", "memories", "room_id"], ["column", "memories", "type"], ["column", "memories", "unique"], ["column", "memories", "updated_at"], ["column", "memories", "world_id"], ["constraint", "memories", "document_metadata_check"], ["constraint", "memories", "fragment_metadata_check"], ["constraint", "memories", "memories_agent_id_agents_id_fk"], ["constraint", "memories", "memories_entity_id_entities_id_fk"], ["constraint", "memories", "memories_pkey"], ["constraint", "memories", "memories_room_id_rooms_id_fk"], ["constraint", "memories", "memories_world_id_worlds_id_fk"], ["index", "memories", "idx_memories_agent_type_created"], ["index", "memories", "idx_memories_entity_type_created"], ["index", "memories", "idx_memories_fragments"], ["index", "memories", "idx_memories_room_type_created"], ["index", "memories", "idx_memories_world_type_created"], ["table", "message_server_agents", ""], ["column", "message_server_agents", "agent_id"], ["column", "message_server_agents", "created_at"], ["column", "message_server_agents", "message_server_id"], ["constraint", "message_server_agents", "message_server_agents_agent_id_agents_id_fk"], ["constraint", "message_server_agents", "message_server_agents_message_server_id_message_servers_id_fk"], ["constraint", "message_server_agents", "message_server_agents_pkey"], ["index", "message_server_agents", "idx_message_server_agents_agent"], ["table", "message_servers", ""], ["column", "message_servers", "created_at"], ["column", "message_servers", "id"], ["column", "message_servers", "metadata"], ["column", "message_servers", "name"], ["column", "message_servers", "source_id"], ["column", "message_servers", "source_type"], ["column", "message_servers", "updated_at"], ["constraint", "message_servers", "message_servers_pkey"], ["table", "messages", ""], ["column", "messages", "author_id"], ["column", "messages", "channel_id"], ["column", "messages", "content"], ["column", "messages", "created_at"], ["column", "messages", "id"], ["column", "messages", "in_reply_to_root_message_id"], ["column", "messages", "metadata"], ["column", "messages", "raw_message"], ["column", "messages", "source_id"], ["column", "messages", "source_type"], ["column", "messages", "updated_at"], ["constraint", "messages", "messages_channel_id_channels_id_fk"], ["constraint", "messages", "messages_in_reply_to_root_message_id_messages_id_fk"], ["constraint", "messages", "messages_pkey"], ["index", "messages", "idx_messages_author"], ["index", "messages", "idx_messages_channel_created"], ["index", "messages", "idx_messages_in_reply_to_root"], ["table", "participants", ""], ["column", "participants", "agent_id"], ["column", "participants", "created_at"], ["column", "participants", "entity_id"], ["column", "participants", "id"], ["column", "participants", "room_id"], ["column", "participants", "room_state"], ["column", "participants", "updated_at"], ["constraint", "participants", "participants_agent_id_agents_id_fk"], ["constraint", "participants", "participants_entity_id_entities_id_fk"], ["constraint", "participants", "participants_pkey"], ["constraint", "participants", "participants_room_id_rooms_id_fk"], ["constraint", "participants", "participants_room_state_check"], ["index", "participants", "idx_participants_agent"], ["index", "participants", "idx_participants_user"], ["index", "participants", "participants_room_entity_agent_key"], ["table", "relationships", ""], ["column", "relationships", "agent_id"], ["column", "relationships", "created_at"], ["column", "relationships", "id"], ["column", "relationships", "metadata"], ["column", "relationships", "source_entity_id"], ["column", "relationships", "tags"], ["column", "relationships", "target_entity_id"], ["column", "relationships", "updated_at"], ["constraint", "relationships", "relationships_agent_id_agents_id_fk"], ["constraint", "relationships", "relationships_pkey"], ["constraint", "relationships", "relationships_source_entity_id_entities_id_fk"], ["constraint", "relationships", "relationships_target_entity_id_entities_id_fk"], ["index", "relationships", "idx_relationships_agent"], ["index", "relationships", "idx_relationships_target"], ["index", "relationships", "unique_relationship"], ["table", "rooms", ""], ["column", "rooms", "agent_id"], ["column", "rooms", "channel_id"], ["column", "rooms", "created_at"], ["column", "rooms", "id"], ["column", "rooms", "message_server_id"], ["column", "rooms", "metadata"], ["column", "rooms", "name"], ["column", "rooms", "source"], ["column", "rooms", "type"], ["column", "rooms", "updated_at"], ["column", "rooms", "world_id"], ["constraint", "rooms", "rooms_agent_id_agents_id_fk"], ["constraint", "rooms", "rooms_pkey"], ["constraint", "rooms", "rooms_type_check"], ["constraint", "rooms", "rooms_world_id_worlds_id_fk"], ["index", "rooms", "idx_rooms_agent"], ["index", "rooms", "idx_rooms_world"], ["table", "tasks", ""], ["column", "tasks", "agent_id"], ["column", "tasks", "created_at"], ["column", "tasks", "description"], ["column", "tasks", "entity_id"], ["column", "tasks", "id"], ["column", "tasks", "metadata"], ["column", "tasks", "name"], ["column", "tasks", "room_id"], ["column", "tasks", "tags"], ["column", "tasks", "updated_at"], ["column", "tasks", "world_id"], ["constraint", "tasks", "tasks_agent_id_agents_id_fk"], ["constraint", "tasks", "tasks_entity_id_entities_id_fk"], ["constraint", "tasks", "tasks_pkey"], ["constraint", "tasks", "tasks_room_id_rooms_id_fk"], ["constraint", "tasks", "tasks_world_id_worlds_id_fk"], ["index", "tasks", "idx_tasks_agent_name"], ["index", "tasks", "idx_tasks_entity"], ["index", "tasks", "idx_tasks_room"], ["index", "tasks", "idx_tasks_tags"], ["index", "tasks", "idx_tasks_world"], ["table", "worlds", ""], ["column", "worlds", "agent_id"], ["column", "worlds", "created_at"], ["column", "worlds", "id"], ["column", "worlds", "message_server_id"], ["column", "worlds", "metadata"], ["column", "worlds", "name"], ["column", "worlds", "updated_at"], ["constraint", "worlds", "worlds_agent_id_agents_id_fk"], ["constraint", "worlds", "worlds_pkey"], ["index", "worlds", "idx_worlds_agent"]]', '2026-11-21 06:16:06.796597+00');

INSERT INTO public.agents VALUES ('d07a7373-2fcc-03e4-b9b2-2be0fdc9d25b', '2026-11-21 06:16:06.801588+00', '2026-11-21 06:16:06.801589+00', true, NULL, 'agent 0', '', '', '[]', '[]', '[]', '[]', '[]', '[]', '[]', '{}', '{}');
INSERT INTO public.agents VALUES ('dfc045e0-5394-0bb3-aa63-28da5317899f', '2026-11-21 06:16:06.857501+00', '2026-11-21 06:16:06.857501+00', true, NULL, 'agent 1', '', '', '[]', '[]', '[]', '[]', '[]', '[]', '[]', '{}', '{}');
INSERT INTO public.agents VALUES ('0c4f9a48-4fc3-037c-89d9-c93006916417', '2026-11-21 06:16:06.914621+00', '2026-11-21 06:16:06.914621+00', true, NULL, 'without vectors', '', '', '[]', '[]', '[]', '[]', '[]', '[]', '[]', '{}', '{}');

INSERT INTO public.embeddings VALUES ('01a1fcbf-6faf-720c-8fff-00abd62058cf', '2026-11-21 06:16:06.831107+00', '2026-11-21 06:16:06.831108+00', '[1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]', NULL, NULL, NULL, NULL, NULL, '95c98944-0ebc-0787-9be8-bf39e3679349');
INSERT INTO public.embeddings VALUES ('01a1fcbf-6fbb-7829-a614-900bbe64ec95', '2026-11-21 06:16:06.84353+00', '2026-11-21 06:16:06.84353+00', '[0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]', NULL, NULL, NULL, NULL, NULL, '11a08078-fd0e-047f-bb20-0178d14d9b1c');
INSERT INTO public.embeddings VALUES ('01a1fcbf-6fc4-7a7b-89e0-0f87e5c3e039', '2026-11-21 06:16:06.852684+00', '2026-11-21 06:16:06.852684+00', '[0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]', NULL, NULL, NULL, NULL, NULL, '7e99cd23-a248-0d46-84b8-d89d3d9f2d40');
INSERT INTO public.embeddings VALUES ('01a1fcbf-6fd6-73b4-9e0c-389d6721d9e9', '2026-11-21 06:16:06.870239+00', '2026-11-21 06:16:06.87024+00', NULL, NULL, NULL, NULL, NULL, '[1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]', '516e4ba3-c63f-04de-b2ad-f51ec6c42f74');
INSERT INTO public.embeddings VALUES ('01a1fcbf-6fef-7b1d-b38d-a086299bdde6', '2026-11-21 06:16:06.895725+00', '2026-11-21 06:16:06.895726+00', NULL, NULL, NULL, NULL, NULL, '[0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]', 'f6679232-fef0-0b3f-ad7a-3261999d3483');
INSERT INTO public.embeddings VALUES ('01a1fcbf-6fff-7197-9e15-59a06619635a', '2026-11-21 06:16:06.911101+00', '2026-11-21 06:16:06.911101+00', NULL, NULL, NULL, NULL, NULL, '[0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]', 'e308bb8d-5023-0354-81f5-e28eded3290d');

INSERT INTO public.entities VALUES ('40ae2d43-6146-0b2b-8013-d2dcd4f5c66b', '2026-11-21 06:16:06.816215+00', '2026-11-21 06:16:06.816216+00', '{grace}', '{}', 'd07a7373-2fcc-03e4-b9b2-2be0fdc9d25b');
INSERT INTO public.entities VALUES ('51dddc16-eb2e-04fb-a2cd-ef6e3763a18a', '2026-11-21 06:16:06.864151+00', '2026-11-21 06:16:06.864151+00', '{grace}', '{}', 'dfc045e0-5394-0bb3-aa63-28da5317899f');

INSERT INTO public.memories VALUES ('95c98944-0ebc-0787-9be8-bf39e3679349', '2026-11-21 06:16:06.829102+00', '2026-11-21 06:16:06.8293+00', 'messages', '{"text": "text 0"}', true, '{}', '40ae2d43-6146-0b2b-8013-d2dcd4f5c66b', 'd07a7373-2fcc-03e4-b9b2-2be0fdc9d25b', '398b9786-6833-0626-a512-9ec6033c5178', '9e1e46dd-ee86-0bed-b883-b4e6b9600c56');
INSERT INTO public.memories VALUES ('11a08078-fd0e-047f-bb20-0178d14d9b1c', '2026-11-21 06:16:06.843022+00', '2026-11-21 06:16:06.84312+00', 'messages', '{"text": "text 1"}', true, '{}', '40ae2d43-6146-0b2b-8013-d2dcd4f5c66b', 'd07a7373-2fcc-03e4-b9b2-2be0fdc9d25b', '398b9786-6833-0626-a512-9ec6033c5178', '9e1e46dd-ee86-0bed-b883-b4e6b9600c56');
INSERT INTO public.memories VALUES ('7e99cd23-a248-0d46-84b8-d89d3d9f2d40', '2026-11-21 06:16:06.852219+00', '2026-11-21 06:16:06.85232+00', 'messages', '{"text": "text 2"}', true, '{}', '40ae2d43-6146-0b2b-8013-d2dcd4f5c66b', 'd07a7373-2fcc-03e4-b9b2-2be0fdc9d25b', '398b9786-6833-0626-a512-9ec6033c5178', '9e1e46dd-ee86-0bed-b883-b4e6b9600c56');
INSERT INTO public.memories VALUES ('516e4ba3-c63f-04de-b2ad-f51ec6c42f74', '2026-11-21 06:16:06.866742+00', '2026-11-21 06:16:06.866822+00', 'messages', '{"text": "text 0"}', true, '{}', '51dddc16-eb2e-04fb-a2cd-ef6e3763a18a', 'dfc045e0-5394-0bb3-aa63-28da5317899f', '4a460c02-ca1a-0bec-8e1a-23819f171123', '79f81b55-7f5b-0fb1-ac77-900ddf8991b8');
INSERT INTO public.memories VALUES ('f6679232-fef0-0b3f-ad7a-3261999d3483', '2026-11-21 06:16:06.895008+00', '2026-11-21 06:16:06.895246+00', 'messages', '{"text": "text 1"}', true, '{}', '51dddc16-eb2e-04fb-a2cd-ef6e3763a18a', 'dfc045e0-5394-0bb3-aa63-28da5317899f', '4a460c02-ca1a-0bec-8e1a-23819f171123', '79f81b55-7f5b-0fb1-ac77-900ddf8991b8');
INSERT INTO public.memories VALUES ('e308bb8d-5023-0354-81f5-e28eded3290d', '2026-11-21 06:16:06.909266+00', '2026-11-21 06:16:06.909565+00', 'messages', '{"text": "text 2"}', true, '{}', '51dddc16-eb2e-04fb-a2cd-ef6e3763a18a', 'dfc045e0-5394-0bb3-aa63-28da5317899f', '4a460c02-ca1a-0bec-8e1a-23819f171123', '79f81b55-7f5b-0fb1-ac77-900ddf8991b8');

INSERT INTO public.rooms VALUES ('398b9786-6833-0626-a512-9ec6033c5178', '2026-11-21 06:16:06.81221+00', '2026-11-21 06:16:06.812211+00', 'cli', 'DM', NULL, 'main', '{}', '', 'd07a7373-2fcc-03e4-b9b2-2be0fdc9d25b', '9e1e46dd-ee86-0bed-b883-b4e6b9600c56');
INSERT INTO public.rooms VALUES ('4a460c02-ca1a-0bec-8e1a-23819f171123', '2026-11-21 06:16:06.863438+00', '2026-11-21 06:16:06.863438+00', 'cli', 'DM', NULL, 'main', '{}', '', 'dfc045e0-5394-0bb3-aa63-28da5317899f', '79f81b55-7f5b-0fb1-ac77-900ddf8991b8');

INSERT INTO public.worlds VALUES ('9e1e46dd-ee86-0bed-b883-b4e6b9600c56', '2026-11-21 06:16:06.808187+00', '2026-11-21 06:16:06.808188+00', 'w', '{}', NULL, 'd07a7373-2fcc-03e4-b9b2-2be0fdc9d25b');
INSERT INTO public.worlds VALUES ('79f81b55-7f5b-0fb1-ac77-900ddf8991b8', '2026-11-21 06:16:06.861575+00', '2026-11-21 06:16:06.861575+00', 'w', '{}', NULL, 'dfc045e0-5394-0bb3-aa63-28da5317899f');

SELECT pg_catalog.setval('migrations.runs_id_seq', 1, true);

ALTER TABLE ONLY migrations.journal
    ADD CONSTRAINT journal_pkey PRIMARY KEY (plugin, run_id);

ALTER TABLE ONLY migrations.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY migrations.state
    ADD CONSTRAINT state_pkey PRIMARY KEY (plugin);

ALTER TABLE ONLY public.agents
    ADD CONSTRAINT agents_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cache
    ADD CONSTRAINT cache_pkey PRIMARY KEY (key, agent_id);

ALTER TABLE ONLY public.channel_participants
    ADD CONSTRAINT channel_participants_pkey PRIMARY KEY (channel_id, entity_id);

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.components
    ADD CONSTRAINT components_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.embeddings
    ADD CONSTRAINT embeddings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.entities
    ADD CONSTRAINT entities_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.logs
    ADD CONSTRAINT logs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.message_server_agents
    ADD CONSTRAINT message_server_agents_pkey PRIMARY KEY (message_server_id, agent_id);

ALTER TABLE ONLY public.message_servers
    ADD CONSTRAINT message_servers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.participants
    ADD CONSTRAINT participants_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.relationships
    ADD CONSTRAINT relationships_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.worlds
    ADD CONSTRAINT worlds_pkey PRIMARY KEY (id);

CREATE INDEX journal_run_id_idx ON migrations.journal USING btree (run_id);

CREATE UNIQUE INDEX embeddings_memory_id_key ON public.embeddings USING btree (memory_id);

CREATE INDEX idx_cache_agent ON public.cache USING btree (agent_id);

CREATE INDEX idx_cache_expires ON public.cache USING btree (expires_at) WHERE (expires_at IS NOT NULL);

CREATE INDEX idx_channel_participants_entity ON public.channel_participants USING btree (entity_id);

CREATE INDEX idx_channels_server_type_name ON public.channels USING btree (message_server_id, type, name);

CREATE INDEX idx_components_agent ON public.components USING btree (agent_id);

CREATE INDEX idx_components_entity_type ON public.components USING btree (entity_id, type);

CREATE INDEX idx_components_room ON public.components USING btree (room_id);

CREATE INDEX idx_components_source_entity ON public.components USING btree (source_entity_id);

CREATE INDEX idx_components_world ON public.components USING btree (world_id);

CREATE INDEX idx_embeddings_dim_1024 ON public.embeddings USING hnsw (dim_1024 public.vector_cosine_ops) WHERE (dim_1024 IS NOT NULL);

CREATE INDEX idx_embeddings_dim_1536 ON public.embeddings USING hnsw (dim_1536 public.vector_cosine_ops) WHERE (dim_1536 IS NOT NULL);

CREATE INDEX idx_embeddings_dim_3072 ON public.embeddings USING hnsw (((dim_3072)::public.halfvec(3072)) public.halfvec_cosine_ops) WHERE (dim_3072 IS NOT NULL);

CREATE INDEX idx_embeddings_dim_384 ON public.embeddings USING hnsw (dim_384 public.vector_cosine_ops) WHERE (dim_384 IS NOT NULL);

CREATE INDEX idx_embeddings_dim_512 ON public.embeddings USING hnsw (dim_512 public.vector_cosine_ops) WHERE (dim_512 IS NOT NULL);

CREATE INDEX idx_embeddings_dim_768 ON public.embeddings USING hnsw (dim_768 public.vector_cosine_ops) WHERE (dim_768 IS NOT NULL);

CREATE INDEX idx_entities_agent ON public.entities USING btree (agent_id);

CREATE INDEX idx_entities_names ON public.entities USING gin (names);

CREATE INDEX idx_logs_agent_type_created ON public.logs USING btree (agent_id, type, created_at DESC);

CREATE INDEX idx_logs_created ON public.logs USING brin (created_at);

CREATE INDEX idx_logs_entity_created ON public.logs USING btree (entity_id, created_at DESC);

CREATE INDEX idx_logs_room_type_created ON public.logs USING btree (room_id, type, created_at DESC);

CREATE INDEX idx_logs_run_id ON public.logs USING btree (((body ->> 'runId'::text)), type) WHERE ((body ->> 'runId'::text) IS NOT NULL);

CREATE INDEX idx_memories_agent_type_created ON public.memories USING btree (agent_id, type, created_at DESC, id DESC);

CREATE INDEX idx_memories_entity_type_created ON public.memories USING btree (entity_id, type, created_at DESC, id DESC);

CREATE INDEX idx_memories_fragments ON public.memories USING btree (((metadata ->> 'documentId'::text)), ((metadata -> 'position'::text))) WHERE ((metadata ->> 'documentId'::text) IS NOT NULL);

CREATE INDEX idx_memories_room_type_created ON public.memories USING btree (room_id, type, created_at DESC, id DESC);

CREATE INDEX idx_memories_world_type_created ON public.memories USING btree (world_id, type, created_at DESC, id DESC);

CREATE INDEX idx_message_server_agents_agent ON public.message_server_agents USING btree (agent_id);

CREATE INDEX idx_messages_author ON public.messages USING btree (author_id);

CREATE INDEX idx_messages_channel_created ON public.messages USING btree (channel_id, created_at DESC, id DESC);

CREATE INDEX idx_messages_in_reply_to_root ON public.messages USING btree (in_reply_to_root_message_id);

CREATE INDEX idx_participants_agent ON public.participants USING btree (agent_id);

CREATE INDEX idx_participants_user ON public.participants USING btree (entity_id);

CREATE INDEX idx_relationships_agent ON public.relationships USING btree (agent_id);

CREATE INDEX idx_relationships_target ON public.relationships USING btree (target_entity_id);

CREATE INDEX idx_rooms_agent ON public.rooms USING btree (agent_id);

CREATE INDEX idx_rooms_world ON public.rooms USING btree (world_id);

CREATE INDEX idx_tasks_agent_name ON public.tasks USING btree (agent_id, name);

CREATE INDEX idx_tasks_entity ON public.tasks USING btree (entity_id);

CREATE INDEX idx_tasks_room ON public.tasks USING btree (room_id);

CREATE INDEX idx_tasks_tags ON public.tasks USING gin (tags);

CREATE INDEX idx_tasks_world ON public.tasks USING btree (world_id);

CREATE INDEX idx_worlds_agent ON public.worlds USING btree (agent_id);

CREATE UNIQUE INDEX participants_room_entity_agent_key ON public.participants USING btree (room_id, entity_id, agent_id);

CREATE UNIQUE INDEX unique_relationship ON public.relationships USING btree (source_entity_id, target_entity_id, agent_id);

ALTER TABLE ONLY migrations.journal
    ADD CONSTRAINT journal_run_id_fkey FOREIGN KEY (run_id) REFERENCES migrations.runs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.cache
    ADD CONSTRAINT cache_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.channel_participants
    ADD CONSTRAINT channel_participants_channel_id_channels_id_fk FOREIGN KEY (channel_id) REFERENCES public.channels(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.channels
    ADD CONSTRAINT channels_message_server_id_message_servers_id_fk FOREIGN KEY (message_server_id) REFERENCES public.message_servers(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.components
    ADD CONSTRAINT components_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.components
    ADD CONSTRAINT components_entity_id_entities_id_fk FOREIGN KEY (entity_id) REFERENCES public.entities(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.components
    ADD CONSTRAINT components_room_id_rooms_id_fk FOREIGN KEY (room_id) REFERENCES public.rooms(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.components
    ADD CONSTRAINT components_source_entity_id_entities_id_fk FOREIGN KEY (source_entity_id) REFERENCES public.entities(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.components
    ADD CONSTRAINT components_world_id_worlds_id_fk FOREIGN KEY (world_id) REFERENCES public.worlds(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.embeddings
    ADD CONSTRAINT embeddings_memory_id_memories_id_fk FOREIGN KEY (memory_id) REFERENCES public.memories(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.entities
    ADD CONSTRAINT entities_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.logs
    ADD CONSTRAINT logs_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.logs
    ADD CONSTRAINT logs_entity_id_entities_id_fk FOREIGN KEY (entity_id) REFERENCES public.entities(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.logs
    ADD CONSTRAINT logs_room_id_rooms_id_fk FOREIGN KEY (room_id) REFERENCES public.rooms(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_entity_id_entities_id_fk FOREIGN KEY (entity_id) REFERENCES public.entities(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_room_id_rooms_id_fk FOREIGN KEY (room_id) REFERENCES public.rooms(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_world_id_worlds_id_fk FOREIGN KEY (world_id) REFERENCES public.worlds(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.message_server_agents
    ADD CONSTRAINT message_server_agents_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.message_server_agents
    ADD CONSTRAINT message_server_agents_message_server_id_message_servers_id_fk FOREIGN KEY (message_server_id) REFERENCES public.message_servers(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_channel_id_channels_id_fk FOREIGN KEY (channel_id) REFERENCES public.channels(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_in_reply_to_root_message_id_messages_id_fk FOREIGN KEY (in_reply_to_root_message_id) REFERENCES public.messages(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.participants
    ADD CONSTRAINT participants_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.participants
    ADD CONSTRAINT participants_entity_id_entities_id_fk FOREIGN KEY (entity_id) REFERENCES public.entities(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.participants
    ADD CONSTRAINT participants_room_id_rooms_id_fk FOREIGN KEY (room_id) REFERENCES public.rooms(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.relationships
    ADD CONSTRAINT relationships_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.relationships
    ADD CONSTRAINT relationships_source_entity_id_entities_id_fk FOREIGN KEY (source_entity_id) REFERENCES public.entities(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.relationships
    ADD CONSTRAINT relationships_target_entity_id_entities_id_fk FOREIGN KEY (target_entity_id) REFERENCES public.entities(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_world_id_worlds_id_fk FOREIGN KEY (world_id) REFERENCES public.worlds(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_entity_id_entities_id_fk FOREIGN KEY (entity_id) REFERENCES public.entities(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_room_id_rooms_id_fk FOREIGN KEY (room_id) REFERENCES public.rooms(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_world_id_worlds_id_fk FOREIGN KEY (world_id) REFERENCES public.worlds(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.worlds
    ADD CONSTRAINT worlds_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES public.agents(id) ON DELETE CASCADE;

