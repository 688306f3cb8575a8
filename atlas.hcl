# For those who use the Atlas command line beside elizago. The program needs
# none of it: it compares and migrates at every start (`elizago migrate plan`).
#
#   export ATLAS_DEV_URL='postgres://user:password@localhost:5432/dev?sslmode=disable'
#   atlas schema apply --env elizago --dry-run
#   atlas migrate diff --env elizago add_something
#   atlas migrate lint --env elizago --latest 1
#
# The dev database is an empty one, prepared with CREATE EXTENSION vector: Atlas
# makes the schema there to look at it, and clears it away again. Its migration
# files do not create the extension either.

variable "dev_url" {
  type    = string
  default = getenv("ATLAS_DEV_URL")
}

variable "url" {
  type    = string
  default = getenv("POSTGRES_URL")
}

data "external_schema" "elizago" {
  program = ["go", "run", "./cmd/elizago", "schema", "print", "--format", "sql"]
}

env "elizago" {
  src = data.external_schema.elizago.url
  dev = var.dev_url
  url = var.url
  # elizago's own history of migrations is no part of the schema.
  exclude = ["migrations"]
  migration {
    dir = "file://migrations"
  }
}

# Policies count at the root only: inside an env the free edition reads over
# them.

diff {
  skip {
    # An uninstalled plugin's data stays, as it does at a start.
    drop_schema = true
    drop_table  = true
  }
}

lint {
  destructive {
    error = true
  }
  data_depend {
    error = true
  }
}
