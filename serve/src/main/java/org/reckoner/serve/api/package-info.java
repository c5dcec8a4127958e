/// Reckoner's own REST API under `/api/v1`: one class for each resource. `openapi.yaml` is the contract; tests
/// hold the routes and the answers to it.
@NullMarked
package org.reckoner.serve.api;

import org.jspecify.annotations.NullMarked;
