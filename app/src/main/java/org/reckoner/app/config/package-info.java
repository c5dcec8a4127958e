/// The operator's configuration file, reckoner.yaml.
@NullMarked
package org.reckoner.app.config;

import org.jspecify.annotations.NullMarked;
