package org.example.reckoner;

import java.util.Map;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.kit.AdapterContract;

/** What every adapter must do; the tests are in AdapterContract. Each has an empty folder of its own. */
class TextFilesContractTest extends AdapterContract {

    @Override
    protected BillingSystem open() {
        return new TextFiles(AdapterSettings.of(
                "text", Map.of("folder", folder.resolve("out").toString())));
    }

    @Override
    protected BillingSystem openAgain() {
        return open();
    }
}
