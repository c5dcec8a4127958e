@NullMarked
package org.reckoner.deliver.files;

import org.jspecify.annotations.NullMarked;
