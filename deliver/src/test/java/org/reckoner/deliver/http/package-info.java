@NullMarked
package org.reckoner.deliver.http;

import org.jspecify.annotations.NullMarked;
