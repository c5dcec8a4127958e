/// Invoices as files in a folder, for whatever reads files.
@NullMarked
package org.reckoner.deliver.files;

import org.jspecify.annotations.NullMarked;
