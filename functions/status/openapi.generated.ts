// Generated from the routes by docs/generate: do not edit.
export const OPENAPI: object = {
  "openapi": "3.1.0",
  "info": {
    "title": "raibid-ci",
    "version": "0.1.0"
  },
  "components": {
    "securitySchemes": {
      "bearer": {
        "type": "http",
        "scheme": "bearer"
      }
    }
  },
  "paths": {
    "/function/mirror-sync": {
      "post": {
        "summary": "GitHub's webhook: push and delete events start something, the others are answered only",
        "parameters": [
          {
            "name": "X-GitHub-Event",
            "in": "header",
            "required": true,
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "X-GitHub-Delivery",
            "in": "header",
            "required": true,
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "X-Hub-Signature-256",
            "in": "header",
            "required": true,
            "schema": {
              "type": "string"
            }
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "ref": {
                    "type": "string",
                    "maxLength": 255,
                    "pattern": "^refs\\/(?:heads|tags)\\/[A-Za-z0-9_@+=#,./-]+$"
                  },
                  "after": {
                    "type": "string",
                    "pattern": "^(?:[0-9a-f]{40}|[0-9a-f]{64})$"
                  },
                  "deleted": {
                    "default": false,
                    "type": "boolean"
                  },
                  "repository": {
                    "type": "object",
                    "properties": {
                      "full_name": {
                        "type": "string",
                        "maxLength": 201
                      }
                    },
                    "required": [
                      "full_name"
                    ]
                  },
                  "head_commit": {
                    "anyOf": [
                      {
                        "type": "object",
                        "properties": {
                          "message": {
                            "type": "string"
                          }
                        },
                        "required": [
                          "message"
                        ]
                      },
                      {
                        "type": "null"
                      }
                    ]
                  }
                },
                "required": [
                  "ref",
                  "after",
                  "repository"
                ]
              }
            }
          }
        },
        "responses": {
          "202": {
            "description": "On disk, or nothing to do: {\"accepted\": false, \"code\", \"reason\"}."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/mirror-sync/mirrors/{owner}/{repo}": {
      "put": {
        "summary": "Make a mirror, or change its settings",
        "security": [
          {
            "bearer": [
              "admin"
            ]
          }
        ],
        "parameters": [
          {
            "name": "owner",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "repo",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "upstream": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 2000,
                    "description": "https or ssh URL; in local mode also file:// or a path"
                  },
                  "tags": {
                    "description": "Patterns of tags to build; at first none",
                    "maxItems": 50,
                    "type": "array",
                    "items": {
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 255
                    }
                  },
                  "limit": {
                    "description": "Most jobs of the repository at once; 0, as at first, for no limit",
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 1000
                  },
                  "build": {
                    "default": false,
                    "description": "Build the default branch now; otherwise the first sync builds nothing",
                    "type": "boolean"
                  }
                },
                "required": [
                  "upstream"
                ],
                "additionalProperties": false
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "Changed."
          },
          "201": {
            "description": "Made and synced once."
          },
          "409": {
            "description": "There is a mirror of this name with another upstream."
          },
          "502": {
            "description": "Upstream does not answer; the mirror is not made."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      },
      "delete": {
        "summary": "Remove a mirror; its waiting and running jobs are cancelled",
        "security": [
          {
            "bearer": [
              "admin"
            ]
          }
        ],
        "parameters": [
          {
            "name": "owner",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "repo",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          }
        ],
        "responses": {
          "204": {
            "description": "Removed."
          },
          "404": {
            "description": "There is no such mirror."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/mirror-sync/mirrors/{owner}/{repo}/sync": {
      "post": {
        "summary": "Fetch upstream now and announce what changed",
        "security": [
          {
            "bearer": [
              "write"
            ]
          }
        ],
        "parameters": [
          {
            "name": "owner",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "repo",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          }
        ],
        "responses": {
          "202": {
            "description": "Synced; says how many refs were announced."
          },
          "404": {
            "description": "There is no such mirror."
          },
          "425": {
            "description": "Another sync is running."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/enqueue": {
      "post": {
        "summary": "Run the pipeline of a commit; Idempotency-Key makes a repeated call answer the same job",
        "security": [
          {
            "bearer": [
              "write"
            ]
          }
        ],
        "parameters": [],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "repo": {
                    "type": "string",
                    "maxLength": 201
                  },
                  "ref": {
                    "description": "Branch or tag, short or full; the default branch when missing",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 255
                  },
                  "sha": {
                    "description": "Full commit id; the head of `ref` when missing",
                    "type": "string",
                    "pattern": "^(?:[0-9a-f]{40}|[0-9a-f]{64})$"
                  },
                  "agentType": {
                    "description": "Found by the files of the commit when missing",
                    "type": "string",
                    "pattern": "^[a-z][a-z0-9-]{0,30}$"
                  },
                  "priority": {
                    "description": "Higher first; the one of .raibid.yml when missing",
                    "type": "integer",
                    "minimum": -100,
                    "maximum": 100
                  },
                  "env": {
                    "description": "Environment for the steps, beside that of .raibid.yml",
                    "type": "object",
                    "propertyNames": {
                      "type": "string",
                      "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"
                    },
                    "additionalProperties": {
                      "type": [
                        "string",
                        "number",
                        "boolean"
                      ]
                    }
                  }
                },
                "required": [
                  "repo"
                ],
                "additionalProperties": false
              }
            }
          }
        },
        "responses": {
          "202": {
            "description": "Made: {\"jobs\": [{\"id\", \"url\"}]}."
          },
          "404": {
            "description": "No such mirror, ref or commit."
          },
          "409": {
            "description": "The Idempotency-Key was used for another request."
          },
          "422": {
            "description": "Nothing to run in this commit."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/dispatch/jobs/{id}/cancel": {
      "post": {
        "summary": "Cancel a job: a waiting one ends now, a running one when its agent has stopped it",
        "security": [
          {
            "bearer": [
              "write"
            ]
          }
        ],
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^[0-9A-HJKMNP-TV-Z]{26}$"
            }
          }
        ],
        "responses": {
          "202": {
            "description": "{\"id\", \"outcome\": \"cancelled\" or \"cancelling\"}."
          },
          "404": {
            "description": "There is no such job."
          },
          "409": {
            "description": "The job has ended."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/dispatch/jobs/{id}/retry": {
      "post": {
        "summary": "Run an ended job again, as a new job of the same commit",
        "security": [
          {
            "bearer": [
              "write"
            ]
          }
        ],
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^[0-9A-HJKMNP-TV-Z]{26}$"
            }
          }
        ],
        "responses": {
          "202": {
            "description": "{\"id\", \"url\"} of the new job."
          },
          "404": {
            "description": "There is no such job."
          },
          "409": {
            "description": "The job has not ended."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/dispatch/control": {
      "get": {
        "summary": "Whether the platform is paused or drains, and its capacity",
        "security": [
          {
            "bearer": [
              "read"
            ]
          }
        ],
        "parameters": [],
        "responses": {
          "200": {
            "description": "{\"paused\", \"draining\", \"capacity\": {type: number}}."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      },
      "post": {
        "summary": "Pause, drain, resume, set capacity",
        "security": [
          {
            "bearer": [
              "admin"
            ]
          }
        ],
        "parameters": [],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "pause": {
                    "description": "Start nothing new; what runs goes on",
                    "type": "boolean",
                    "const": true
                  },
                  "drain": {
                    "description": "Start nothing new, and agents leave when their job is done",
                    "type": "boolean",
                    "const": true
                  },
                  "resume": {
                    "description": "Ends pause and drain",
                    "type": "boolean",
                    "const": true
                  },
                  "capacity": {
                    "description": "Jobs at once, by agent type",
                    "type": "object",
                    "propertyNames": {
                      "type": "string",
                      "pattern": "^[a-z][a-z0-9-]{0,30}$"
                    },
                    "additionalProperties": {
                      "type": "integer",
                      "minimum": 0,
                      "maximum": 1000
                    }
                  }
                },
                "additionalProperties": false
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "As GET /control, after the change."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/dispatch/plan": {
      "get": {
        "summary": "Why each waiting job waits, and its place",
        "security": [
          {
            "bearer": [
              "read"
            ]
          }
        ],
        "parameters": [],
        "responses": {
          "200": {
            "description": "{\"jobs\": [{\"id\", \"reason\", \"position\"}]}."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/dispatch/dead/{function}": {
      "get": {
        "summary": "Events that a function could not take, newest first",
        "security": [
          {
            "bearer": [
              "read"
            ]
          }
        ],
        "parameters": [
          {
            "name": "function",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "enum": [
                "enqueue",
                "dispatch",
                "mirror-sync",
                "cache-warm",
                "status"
              ]
            }
          },
          {
            "name": "limit",
            "in": "query",
            "required": false,
            "schema": {
              "default": 100,
              "type": "integer",
              "minimum": 1,
              "maximum": 500
            }
          },
          {
            "name": "cursor",
            "in": "query",
            "required": false,
            "schema": {
              "type": "string",
              "pattern": "^\\d+-\\d+$"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "{\"entries\": [{\"id\", \"type\", \"failedAt\", \"tries\", \"why\", \"event\"}]}."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/dispatch/dead/{function}/{id}": {
      "get": {
        "summary": "One of them",
        "security": [
          {
            "bearer": [
              "read"
            ]
          }
        ],
        "parameters": [
          {
            "name": "function",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "enum": [
                "enqueue",
                "dispatch",
                "mirror-sync",
                "cache-warm",
                "status"
              ]
            }
          },
          {
            "name": "id",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^\\d+-\\d+$"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "The entry."
          },
          "404": {
            "description": "There is no such dead letter."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      },
      "delete": {
        "summary": "Forget it",
        "security": [
          {
            "bearer": [
              "admin"
            ]
          }
        ],
        "parameters": [
          {
            "name": "function",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "enum": [
                "enqueue",
                "dispatch",
                "mirror-sync",
                "cache-warm",
                "status"
              ]
            }
          },
          {
            "name": "id",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^\\d+-\\d+$"
            }
          }
        ],
        "responses": {
          "204": {
            "description": "Forgotten."
          },
          "404": {
            "description": "There is no such dead letter."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/dispatch/dead/{function}/{id}/retry": {
      "post": {
        "summary": "Put it back into the inbox",
        "security": [
          {
            "bearer": [
              "admin"
            ]
          }
        ],
        "parameters": [
          {
            "name": "function",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "enum": [
                "enqueue",
                "dispatch",
                "mirror-sync",
                "cache-warm",
                "status"
              ]
            }
          },
          {
            "name": "id",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^\\d+-\\d+$"
            }
          }
        ],
        "responses": {
          "202": {
            "description": "It is in the inbox again."
          },
          "404": {
            "description": "There is no such dead letter."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/dispatch/tokens": {
      "get": {
        "summary": "Names and scopes of the tokens",
        "security": [
          {
            "bearer": [
              "admin"
            ]
          }
        ],
        "parameters": [],
        "responses": {
          "200": {
            "description": "{\"tokens\": [{\"name\", \"scope\", \"createdAt\"}]}."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      },
      "post": {
        "summary": "Make a token; only its hash is kept",
        "security": [
          {
            "bearer": [
              "admin"
            ]
          }
        ],
        "parameters": [],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "name": {
                    "type": "string",
                    "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
                  },
                  "scope": {
                    "type": "string",
                    "enum": [
                      "read",
                      "write",
                      "admin"
                    ]
                  }
                },
                "required": [
                  "name",
                  "scope"
                ],
                "additionalProperties": false
              }
            }
          }
        },
        "responses": {
          "201": {
            "description": "{\"name\", \"scope\", \"token\"}: the token is shown this once."
          },
          "409": {
            "description": "The name is taken."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/dispatch/tokens/{name}": {
      "delete": {
        "summary": "Remove a token",
        "security": [
          {
            "bearer": [
              "admin"
            ]
          }
        ],
        "parameters": [
          {
            "name": "name",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
            }
          }
        ],
        "responses": {
          "204": {
            "description": "Removed."
          },
          "404": {
            "description": "There is no such token."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/status/jobs": {
      "get": {
        "summary": "Jobs, newest first",
        "security": [
          {
            "bearer": [
              "read"
            ]
          }
        ],
        "parameters": [
          {
            "name": "state",
            "in": "query",
            "required": false,
            "schema": {
              "description": "One state or several, separated by commas",
              "type": "string"
            }
          },
          {
            "name": "repo",
            "in": "query",
            "required": false,
            "schema": {
              "type": "string",
              "maxLength": 201
            }
          },
          {
            "name": "branch",
            "in": "query",
            "required": false,
            "schema": {
              "type": "string",
              "minLength": 1,
              "maxLength": 255
            }
          },
          {
            "name": "limit",
            "in": "query",
            "required": false,
            "schema": {
              "type": "string",
              "pattern": "^\\d{1,9}$"
            }
          },
          {
            "name": "cursor",
            "in": "query",
            "required": false,
            "schema": {
              "type": "string",
              "pattern": "^\\d{1,15}$"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "{\"jobs\": […], \"nextCursor\"?}."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/status/jobs/{id}": {
      "get": {
        "summary": "One job; why it waits is computed now",
        "security": [
          {
            "bearer": [
              "read"
            ]
          }
        ],
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^[0-9A-HJKMNP-TV-Z]{26}$"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "The job."
          },
          "404": {
            "description": "There is no such job."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/status/jobs/{id}/logs": {
      "get": {
        "summary": "The output of an attempt: text, or with Accept: text/event-stream events `log` and `end`, resumable by Last-Event-ID",
        "security": [
          {
            "bearer": [
              "read"
            ]
          }
        ],
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^[0-9A-HJKMNP-TV-Z]{26}$"
            }
          },
          {
            "name": "follow",
            "in": "query",
            "required": false,
            "schema": {
              "description": "Stay until the attempt ends",
              "type": "string",
              "enum": [
                "0",
                "1",
                "false",
                "true"
              ]
            }
          },
          {
            "name": "after",
            "in": "query",
            "required": false,
            "schema": {
              "description": "Number of the last batch that is known already",
              "type": "string",
              "pattern": "^\\d{1,9}$"
            }
          },
          {
            "name": "step",
            "in": "query",
            "required": false,
            "schema": {
              "description": "Only this step, counted from 0",
              "type": "string",
              "pattern": "^\\d{1,9}$"
            }
          },
          {
            "name": "attempt",
            "in": "query",
            "required": false,
            "schema": {
              "description": "The newest attempt when missing",
              "type": "string",
              "pattern": "^\\d{1,9}$"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "Every byte, in order."
          },
          "404": {
            "description": "No such job or attempt."
          },
          "410": {
            "description": "The log is not there any more."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/status/events": {
      "get": {
        "summary": "Event stream: `snapshot`, then `job`, `agent`, `mirror`, `summary` as they change",
        "security": [
          {
            "bearer": [
              "read"
            ]
          }
        ],
        "parameters": [],
        "responses": {
          "200": {
            "description": "The stream."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/status/summary": {
      "get": {
        "summary": "Numbers of jobs by state, agents, capacity",
        "security": [
          {
            "bearer": [
              "read"
            ]
          }
        ],
        "parameters": [],
        "responses": {
          "200": {
            "description": "{\"states\", \"paused\", \"draining\", \"capacity\", \"agents\": {\"idle\", \"busy\"}}."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/status/agents": {
      "get": {
        "summary": "Agents that are alive",
        "security": [
          {
            "bearer": [
              "read"
            ]
          }
        ],
        "parameters": [],
        "responses": {
          "200": {
            "description": "{\"agents\": […]}."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/status/mirrors": {
      "get": {
        "summary": "Mirrors",
        "security": [
          {
            "bearer": [
              "read"
            ]
          }
        ],
        "parameters": [],
        "responses": {
          "200": {
            "description": "{\"mirrors\": […]}."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/status/why/{sha}": {
      "get": {
        "summary": "What became of a commit in the last week",
        "security": [
          {
            "bearer": [
              "read"
            ]
          }
        ],
        "parameters": [
          {
            "name": "sha",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^(?:[0-9a-f]{40}|[0-9a-f]{64})$"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "{\"sha\", \"trail\": [{\"at\", \"code\", \"text\"}], \"jobs\": […]}."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/status/metrics": {
      "get": {
        "summary": "Gauges for Prometheus, computed when asked for",
        "security": [
          {
            "bearer": [
              "read"
            ]
          }
        ],
        "parameters": [],
        "responses": {
          "200": {
            "description": "Prometheus text."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    },
    "/function/status/openapi.json": {
      "get": {
        "summary": "The routes of all functions as OpenAPI 3.1",
        "security": [
          {
            "bearer": [
              "read"
            ]
          }
        ],
        "parameters": [],
        "responses": {
          "200": {
            "description": "The document."
          },
          "default": {
            "description": "A problem (application/problem+json)."
          }
        }
      }
    }
  }
};
