/// WHMCS: clients, invoices, credit and product prices through its API.
@NullMarked
package org.reckoner.deliver.whmcs;

import org.jspecify.annotations.NullMarked;
