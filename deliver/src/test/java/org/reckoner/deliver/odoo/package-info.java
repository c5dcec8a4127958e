@NullMarked
package org.reckoner.deliver.odoo;

import org.jspecify.annotations.NullMarked;
