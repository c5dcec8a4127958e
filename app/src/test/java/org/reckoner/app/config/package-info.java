@NullMarked
package org.reckoner.app.config;

import org.jspecify.annotations.NullMarked;
