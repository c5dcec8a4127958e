/// Talking to billing systems over HTTP: what all adapters that do so have in common.
@NullMarked
package org.reckoner.deliver.http;

import org.jspecify.annotations.NullMarked;
