/// Odoo: customer invoices and credit notes, or quotations, by JSON-2 and by XML-RPC.
@NullMarked
package org.reckoner.deliver.odoo;

import org.jspecify.annotations.NullMarked;
